// LARS, layer-wise adaptive rate scaling, as a rule of multi-tensor updates.
//
// For a tensor with parameters w, gradient g, momentum v (You et al. 2017, arXiv:1708.03888):
//
//     n     = g + norm_decay * w
//     ratio = min(trust * |w| / (|n| + (weight_decay - norm_decay) * |w| + epsilon), cap)
//     push  = gain * ratio * (g + weight_decay * w)
//     v    := momentum * v + push
//     w    := w - rate * (velocity_share * v + push_share * push)
//
// Where |w| or |n| is 0, ratio is 1 and the decay is zero_decay. Tensors that do not adapt have
// weight decay 0 and ratio 1. runtime/ops/lars.h names the published forms that the scalars make.
#pragma once

#include "dsl/multi_tensor.h"

namespace haliclr::dsl {

// scalars in the order of LarsScalar.
MultiTensorRule lars(const std::vector<Halide::Expr> &scalars);

} // namespace haliclr::dsl
