// LARS from LibTorch's operators: tensor by tensor, and with the multi-tensor (foreach) operators.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

namespace haliclr::bench {

struct LarsRates {
    double rate, momentum, weight_decay, trust;
};

// The form "simclr" of docs/lars.md, on tensors that all adapt.
void lars_per_tensor(std::vector<at::Tensor> &params, const std::vector<at::Tensor> &grads,
                     std::vector<at::Tensor> &momenta, const LarsRates &rates);
void lars_foreach(std::vector<at::Tensor> &params, const std::vector<at::Tensor> &grads,
                  std::vector<at::Tensor> &momenta, const LarsRates &rates);

} // namespace haliclr::bench
