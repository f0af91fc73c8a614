// The CUDA side of LibTorch, opened only where a driver exists: start-up stays cheap elsewhere, and
// nothing links to libtorch_cuda.
#pragma once

#include <string>

namespace haliclr::runtime {

// Empty where a GPU can be used; else why not. Opens libtorch_cuda.so where there is a driver, so
// call it before the first question to LibTorch about CUDA.
const std::string &cuda_problem();

// Whether LibTorch's current stream is being captured into a CUDA graph.
bool cuda_stream_is_capturing();

// Kernels run by the runtime's own CUDA code (cuda_runtime.h); what stays with Halide uses
// LibTorch's context and stream.
void install_cuda_hooks();

} // namespace haliclr::runtime
