// haliclr_expand_ptx IN OUT: PTX as Halide writes it to PTX with instructions for device intrinsics
// and a declared array for shared memory. Exit code 1 and one line on stderr where the text is
// malformed, 2 for wrong arguments or files.
#include <fstream>
#include <iostream>
#include <iterator>

#include "generators/ptx/expand.h"
#include "generators/ptx/shared_memory.h"

int main(int count, char **arguments) {
    if (count != 3) {
        std::cerr << "usage: haliclr_expand_ptx IN OUT\n";
        return 2;
    }
    std::ifstream in(arguments[1], std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    if (!in) {
        std::cerr << arguments[1] << ": cannot be read\n";
        return 2;
    }
    try {
        const std::string expanded = haliclr::ptx::expand({text, arguments[1]});
        std::ofstream out(arguments[2], std::ios::binary);
        out << haliclr::ptx::place_shared_memory({expanded, arguments[1]}) << std::flush;
        if (!out) {
            std::cerr << arguments[2] << ": cannot be written\n";
            return 2;
        }
    } catch (const haliclr::ptx::Error &error) {
        std::cerr << error.what() << "\n";
        return 1;
    }
    return 0;
}
