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

// Halide runs in the current context and on the current stream of LibTorch, and keeps the memory of
// intermediates. Kernels may use up to 255 registers a thread (Halide's own limit is 64).
void install_cuda_hooks();

} // namespace haliclr::runtime
