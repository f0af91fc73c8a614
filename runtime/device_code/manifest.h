// Files of each CUDA kernel's device code, as the build lists them.
#pragma once

#include <string>
#include <vector>

namespace haliclr::device_code {

struct Image {
    int chip; // 80 for sm_80
    std::string cubin;
    std::string ptxas_output; // of `ptxas -v`
};

struct Kernel {
    std::string name;     // such as haliclr_unit_rows_cuda
    std::string embedded; // the PTX as Halide embeds it in the kernel
    std::string ptx;      // the PTX that runs: the same file, or one made from it
    std::string statement;
    std::vector<Image> images;
};

// A line a kernel, "kernel NAME EMBEDDED PTX STATEMENT", then a line an image, "image CHIP CUBIN
// PTXAS_OUTPUT". Throws std::runtime_error for other lines and for a file that cannot be read.
std::vector<Kernel> read_manifest(const std::string &file);

// The whole file. Throws std::runtime_error where it cannot be read.
std::string read_file(const std::string &file);

// Throws std::runtime_error where it cannot be written.
void write_file(const std::string &file, const std::string &text);

} // namespace haliclr::device_code
