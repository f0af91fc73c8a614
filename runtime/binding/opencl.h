// Whether OpenCL can be used here, found out without a failing kernel.
#pragma once

#include <string>

namespace haliclr::runtime {

// Empty where there is a loader and a device; else what is missing and what to do.
const std::string &opencl_problem();

// Makes Halide find the OpenCL loader and the CUDA driver with or without their development links.
void install_library_loader();

} // namespace haliclr::runtime
