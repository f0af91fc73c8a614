// The copy rate and the peaks of an OpenCL or CUDA device, by the roofline's own kernels.
#pragma once

#include "tuner/machine.h"

#include <cstdint>
#include <string>

namespace haliclr::tuner {

// Both compile their kernel and time it as candidates are: in a process of its own, on buffers that
// stay on the device, launches queued one after another, the fastest round. They throw a
// std::runtime_error in one phrase where the device fails or takes longer than `limit` seconds.

// Gigabytes a second, read and written counted both, of a copy that reads half of `bytes` and
// writes the other half; from 512 MiB on that of 512 MiB.
double device_copy_rate(const Machine &machine, int64_t bytes, double limit);

// GFLOP/s of fp32 multiply-adds in registers, or of products of tf32 or bf16 factors on a CUDA
// device's tensor cores.
double device_peak(const Machine &machine, const std::string &factors, double limit);

} // namespace haliclr::tuner
