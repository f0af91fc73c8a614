// usage: write_image_table MANIFEST SOURCE
// Writes the C++ source that embeds the device code of every CUDA kernel.
#include "runtime/device_code/image_table.h"

#include <cstdio>
#include <exception>

using namespace haliclr::device_code;

int main(int count, char **arguments) {
    if (count != 3) {
        std::fputs("usage: write_image_table MANIFEST SOURCE\n", stderr);
        return 2;
    }
    try {
        write_file(arguments[2], image_table(read_manifest(arguments[1])));
        return 0;
    } catch (const std::exception &error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
}
