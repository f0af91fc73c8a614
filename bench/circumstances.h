// Where and how something was measured, for the JSON beside its numbers.
#pragma once

#include "runtime/binding/cuda_driver.h"

#include <c10/core/Device.h>
#include <nlohmann/json.hpp>

#include <string>

namespace haliclr::bench {

// The command, the date, the CPU, LibTorch, and the device where it is a GPU or OpenCL's.
nlohmann::ordered_json circumstances(const std::string &command, at::Device device);

// {"gpu": name, "compute_capability": "9.0", "cuda_driver": "13.0"}: of the driver, the newest CUDA
// that it runs.
nlohmann::ordered_json gpu_circumstances(const runtime::CudaDriver &driver, int device);

} // namespace haliclr::bench
