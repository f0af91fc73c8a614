// Whether OpenCL can be used here, found out without a failing kernel.
#pragma once

#include <string>

namespace haliclr::runtime {

// Empty where there is a loader and a device; else what is missing and what to do.
const std::string &opencl_problem();

// Makes Halide accept libOpenCL.so.1 where the development link libOpenCL.so is missing.
void install_opencl_loader();

} // namespace haliclr::runtime
