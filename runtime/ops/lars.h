// LARS over lists of tensors, in place. The rule is in dsl/lars.h.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

namespace haliclr::runtime {

// One step. params, grads, momenta: float32, equally long lists; the tensors of one place in the
// lists have one shape and the same strides, dense in any order. adapt: whether a tensor gets
// weight decay and the trust ratio. form: "simclr" (the momentum holds the scaled step) or
// "pytorch" (rate outside).
//
// Tensors that lie in three flat buffers as FlatParameters lays them out go in one kernel call,
// others one by one. Throws std::invalid_argument "[lars_step] ..." before anything is written.
void lars_step(at::TensorList params, at::TensorList grads, at::TensorList momenta,
               const std::vector<bool> &adapt, double lr, double momentum, double weight_decay,
               double trust, const std::string &form);

} // namespace haliclr::runtime
