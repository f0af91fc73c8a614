// What a configuration asks of the compiled kernels: the basis of a specialized binary, and what
// such a binary compares a configuration with.
#pragma once

#include "trainer/config.h"

#include <string>
#include <utility>
#include <vector>

namespace haliclr::trainer {

struct Specialization {
    std::string backend;              // cpu | cuda | opencl
    std::vector<std::string> recipes; // the views', and the evaluation's where it needs another
    int64_t view_size = 0;
    int64_t image_height = 0, image_width = 0; // of every source image; zeros where it is not known
    int64_t rows = 0, columns = 0;             // of z: two views an image, width of the projection
    std::vector<std::string> kernels;          // of the loss and of the optimizer, by name
    // What must be the same for these kernels to do: a key of the configuration, "back end" or
    // "image size", and its value.
    std::vector<std::pair<std::string, std::string>> fixed;
};

// backend: cpu, cuda or opencl; by it `loss.mode = auto` is decided. Throws a UsageError for a
// configuration that pretrain would refuse.
Specialization specialization_of(const Config &config, const std::string &backend);

// The back end that a run of this configuration takes on this machine.
std::string backend_of(const Config &config);

// In a specialized binary: throws a UsageError that names the first value that is another. In the
// generic one does nothing.
void require_specialized(const Config &config);

} // namespace haliclr::trainer
