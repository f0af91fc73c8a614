// LARS and momentum SGD from LibTorch's operators: tensor by tensor, with the multi-tensor
// (foreach) operators, and fused.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

namespace haliclr::bench {

struct LarsRates {
    double rate, momentum, weight_decay, trust;
    bool separate; // |g| + d |w| under the ratio instead of |g + d w|
};

struct Model {
    std::vector<at::Tensor> params, grads, momenta;
};

// The form "simclr" of docs/lars.md, on tensors that all adapt.
void lars_per_tensor(Model &model, const LarsRates &rates);
void lars_foreach(Model &model, const LarsRates &rates);

// v = momentum v + g + weight_decay w; w -= rate v.
void momentum_foreach(Model &model, const LarsRates &rates);
void momentum_fused(Model &model, const LarsRates &rates);

} // namespace haliclr::bench
