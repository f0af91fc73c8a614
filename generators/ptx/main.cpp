// haliclr_expand_ptx [--in-place] IN OUT: PTX as Halide writes it to PTX as it is assembled
// (device_text.h). Exit code 1 and one line on stderr where the text is malformed, 2 for wrong
// arguments or files.
#include <fstream>
#include <iostream>
#include <iterator>
#include <string_view>

#include "generators/ptx/device_text.h"

int main(int count, char **arguments) {
    const bool in_place = count == 4 && arguments[1] == std::string_view("--in-place");
    if (count != (in_place ? 4 : 3)) {
        std::cerr << "usage: haliclr_expand_ptx [--in-place] IN OUT\n";
        return 2;
    }
    arguments += in_place ? 1 : 0;
    std::ifstream in(arguments[1], std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    if (!in) {
        std::cerr << arguments[1] << ": cannot be read\n";
        return 2;
    }
    try {
        const std::string made = haliclr::ptx::device_text({text, arguments[1]}, in_place);
        std::ofstream out(arguments[2], std::ios::binary);
        out << made << std::flush;
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
