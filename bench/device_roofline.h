// The roofline of an OpenCL or CUDA device.
#pragma once

#include "bench/roofline.h"

#include <c10/core/Device.h>

namespace haliclr::bench {

// By kernels of our own (dsl/roofline.h) on memory of the device; on CUDA devices by LibTorch's
// copy and matrix product too. Sizes are those for a GPU, or less where a device is slow.
Roofline measure_device_roofline(at::Device device);

} // namespace haliclr::bench
