// What Halide's compiled CUDA code calls: modules, launches and scratch memory of one process. The
// entry points (cuda_entry_points.cpp) take the place of Halide's own CUDA runtime, whose symbols
// are weak: its loader caps kernels at 64 registers a thread and 48 KiB of shared memory a block,
// and allocates intermediates itself.
#pragma once

#include "runtime/binding/cuda_modules.h"

#include <cstddef>
#include <functional>

namespace haliclr::runtime {

// Device memory of intermediates.
class ScratchMemory {
public:
    virtual ~ScratchMemory() = default;
    // On the current device, for use on the current stream. Throws CudaFailure.
    virtual void *allocate(size_t bytes) = 0;
    // May be called before the kernels that use it have ended: the memory is given to the same
    // stream again.
    virtual void release(void *memory) = 0;
};

struct CudaRuntime {
    const CudaDriver &driver;
    std::function<CudaPlace()> place; // current place of this thread; throws CudaFailure
    ScratchMemory &scratch;
    CudaModules modules;
    bool reads_host_memory = false; // a simulated device's: CPU tensors are as good as its own
};

// The process's own, over LibTorch's device, stream and allocator (torch_cuda.cpp); throws
// CudaFailure without a driver, std::invalid_argument for an unknown HALICLR_CUDA_IMAGES.
CudaRuntime &torch_cuda_runtime();

// Makes the entry points use another one; null: torch_cuda_runtime() again. For tests.
void replace_cuda_runtime(CudaRuntime *runtime);

// Whether one is in place whose device reads the host's memory.
bool cuda_reads_host_memory();

// Does nothing: what refers to it pulls the entry points' object file into the program, so that the
// linker prefers them to Halide's wherever its archive stands.
void use_own_cuda_runtime();

} // namespace haliclr::runtime
