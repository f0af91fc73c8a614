// The time to load the CUDA kernels, from cubins and from PTX.
#pragma once

#include <c10/core/Device.h>
#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace haliclr::bench {

// Of every CUDA kernel of this binary, each time in a fresh process without the driver's cache of
// what it compiled before.
struct StartUp {
    std::string images; // as HALICLR_CUDA_IMAGES: any or ptx
    size_t kernels;
    std::vector<double> milliseconds; // of each process
};

// Starts this program again, with --load-kernels. Throws trainer::Error where that fails.
std::vector<StartUp> measure_start_up();

// What such a process does: {"kernels": 74, "milliseconds": 12.3}, once the device's context is
// there.
nlohmann::ordered_json load_kernels(at::Device device);

std::string to_text(const std::vector<StartUp> &all);
nlohmann::ordered_json to_json(const std::vector<StartUp> &all);

} // namespace haliclr::bench
