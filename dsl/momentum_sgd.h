// Stochastic gradient descent with momentum, as a rule of multi-tensor updates:
//
//     push = g + weight_decay * w
//     v   := momentum * v + push
//     w   := w - rate * (velocity_share * v + push_share * push)
//
// The shares are 1 and 0, or momentum and 1 for Nesterov's. Tensors that do not adapt have weight
// decay 0.
#pragma once

#include "dsl/multi_tensor.h"

namespace haliclr::dsl {

// scalars in the order of MomentumScalar.
MultiTensorRule momentum_sgd(const std::vector<Halide::Expr> &scalars);

} // namespace haliclr::dsl
