// Name and limits of the OpenCL or CUDA device that Halide would take.
#pragma once

#include <cstdint>
#include <string>

namespace haliclr::tuner {

struct DeviceAnswer {
    std::string fault; // why there is none, and what to do; empty: there is one
    std::string name;
    int block_threads = 0;
    int64_t shared_bytes = 0;
};

// Asked in a process of its own, as drivers start threads, which a later fork() would lose.
DeviceAnswer query_device(const std::string &backend);

} // namespace haliclr::tuner
