// Whether OpenCL can be used here, found out without a failing kernel.
#pragma once

#include <string>

namespace haliclr::runtime {

// Empty where there is a loader and a device, which HALICLR_OPENCL_DEVICE may name by a part of its
// name; else what is missing and what to do. An unknown name is answered by those that there are.
const std::string &opencl_problem();

// The device that kernels run on, such as "pthread-AMD EPYC (Portable Computing Language)"; empty
// where there is none.
std::string opencl_device();

// Makes Halide find the OpenCL loader and the CUDA driver with or without their development links.
void install_library_loader();

} // namespace haliclr::runtime
