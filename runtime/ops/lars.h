// LARS over lists of tensors, in place. The rule is in dsl/lars.h, the forms in docs/lars.md.
#pragma once

#include "runtime/ops/multi_tensor.h"

namespace haliclr::runtime {

struct LarsOptions {
    double lr = 0, momentum = 0.9, weight_decay = 0, trust = 0.001;
    // simclr (the momentum holds the scaled step) | pytorch (rate outside) | larc (rate outside,
    // norms apart, zero norms leave the plain gradient)
    std::string form = "simclr";
    std::string denominator = "joint"; // |g + d w|, or separate: |g| + d |w|, as larc always has it
    bool nesterov = false;
    bool clip = false; // the rate of a tensor never above lr
};

// Throws std::invalid_argument "[op] ..." for an unknown name and for a number that is negative or
// not finite.
Update lars_rule(const std::string &op, const LarsOptions &options);

// Whether the norm pass of these options needs of w only |w|^2, which can be carried over.
bool lars_can_carry(const LarsOptions &options);

// One step; see update_lists.
void lars_update(const UpdateLists &lists, const LarsOptions &options);
void lars_step(at::TensorList params, at::TensorList grads, at::TensorList momenta,
               const std::vector<bool> &adapt, double lr, double momentum, double weight_decay,
               double trust, const std::string &form);

} // namespace haliclr::runtime
