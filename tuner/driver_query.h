// Name and limits of the OpenCL or CUDA device that kernels are compiled for and run on.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace haliclr::tuner {

struct DeviceAnswer {
    std::string fault; // why there is none, and what to do; empty: there is one
    std::string name;
    int block_threads = 0;
    int64_t shared_bytes = 0;
    std::map<std::string, std::string> environment; // makes Halide take this device
};

// HALICLR_OPENCL_DEVICE names an OpenCL device; of several GPUs the first visible one is taken, or
// that of HL_GPU_DEVICE. Asked in a process of its own, as drivers start threads, which a later
// fork() would lose.
DeviceAnswer query_device(const std::string &backend);

} // namespace haliclr::tuner
