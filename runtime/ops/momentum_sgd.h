// Momentum SGD over lists of tensors, in place. The rule is in dsl/momentum_sgd.h.
#pragma once

#include "runtime/ops/multi_tensor.h"

namespace haliclr::runtime {

struct MomentumOptions {
    double lr = 0, momentum = 0.9, weight_decay = 0;
    bool nesterov = false;
};

// Throws std::invalid_argument "[op] ..." for a number that is negative or not finite.
Update momentum_sgd_rule(const std::string &op, const MomentumOptions &options);

// One step; see update_lists. lists.adapt says which tensors are decayed.
void momentum_sgd_step(const UpdateLists &lists, const MomentumOptions &options);

} // namespace haliclr::runtime
