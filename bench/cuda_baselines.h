// The hand-written CUDA kernels of bench/cuda on tensors. They lie in a library beside the command,
// which is there where nvcc was when it was built.
#pragma once

#include "bench/lars_baseline.h"

#include <ATen/core/Tensor.h>

#include <string>

namespace haliclr::bench {

// Empty where the library can be used, else why not. The functions below need it; they throw a
// trainer::Error where CUDA reports one, and queue their work on LibTorch's current stream.
const std::string &cuda_baselines_problem();

// z: CUDA float32 [2N, 128], contiguous, rows i and i + N a positive pair. The loss is a scalar.
at::Tensor cuda_ntxent_loss(const at::Tensor &z, double temperature);
at::Tensor cuda_ntxent_gradient(const at::Tensor &z, double temperature);

// bytes, image_table and draws as runtime::views has them for the stock sequence, each crop within
// its image; size: 1 to 256. Returns float32 [V, 3, size, size].
at::Tensor cuda_views(const at::Tensor &bytes, const at::Tensor &image_table,
                      const at::Tensor &draws, int64_t size);

// LARS on the tensors of a model, which it keeps the addresses of.
class CudaLars {
public:
    explicit CudaLars(const Model &model);
    void step(const LarsRates &rates);

private:
    Model model; // keeps the memory alive
    at::Tensor tensors, chunks, workspace;
};

} // namespace haliclr::bench
