// One launch of a function of a kernel, as Halide's compiled code asks for it.
#pragma once

#include "runtime/binding/cuda_modules.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace haliclr::runtime {

struct LaunchShape {
    std::array<int, 3> blocks;  // x, y, z
    std::array<int, 3> threads; // of a block
    int shared_bytes;           // dynamic, of a block
};

// As Halide passes arguments: a size of 0 ends the list; a buffer's argument is its
// halide_buffer_t, of which the device address is passed on.
struct LaunchArguments {
    const size_t *sizes;
    void *const *values;
    const int8_t *is_buffer;
};

// Launches on the place's stream and returns at once: nothing waits and nothing is allocated on the
// device, so a stream that is being captured records the launch. A grid without blocks is none.
// Throws CudaFailure.
void launch(const CudaDriver &driver, CudaModules &modules, const KernelText &kernel,
            const CudaPlace &place, const char *entry, const LaunchShape &shape,
            const LaunchArguments &arguments);

} // namespace haliclr::runtime
