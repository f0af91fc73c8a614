// The compiled CUDA kernels as a table, to load them all before the first call.
#pragma once

#include <cstddef>
#include <span>

struct halide_filter_metadata_t;

namespace haliclr::runtime {

// Forms of a kernel's function that Halide makes for any arguments (HalideRuntime.h).
struct CudaKernel {
    const char *name; // such as haliclr_unit_rows_cuda
    int (*call)(void **arguments);
    const halide_filter_metadata_t *(*metadata)();
};

// Every one in this binary; the build writes the table.
std::span<const CudaKernel> cuda_kernels();

// Loads them all on the current device, as their first calls would; their number. Throws
// std::runtime_error with the line of the first that fails.
size_t load_cuda_kernels();

} // namespace haliclr::runtime
