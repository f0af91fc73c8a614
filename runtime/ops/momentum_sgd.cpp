// Momentum SGD as scalars of its rule.
#include "runtime/ops/momentum_sgd.h"

#include "runtime/ops/multi_tensor_check.h"

namespace haliclr::runtime {

Update momentum_sgd_rule(const std::string &op, const MomentumOptions &options) {
    using dsl::MomentumScalar;
    check_update_number(op, "lr", options.lr);
    check_update_number(op, "momentum", options.momentum);
    check_update_number(op, "weight_decay", options.weight_decay);
    Update update{op, UpdateRule::momentum_sgd, {}};
    auto set = [&](MomentumScalar name, double value) {
        update.scalars.at(static_cast<size_t>(name)) = static_cast<float>(value);
    };
    set(MomentumScalar::weight_decay, options.weight_decay);
    set(MomentumScalar::momentum, options.momentum);
    set(MomentumScalar::rate, options.lr);
    set(MomentumScalar::velocity_share, options.nesterov ? options.momentum : 1);
    set(MomentumScalar::push_share, options.nesterov ? 1 : 0);
    return update;
}

void momentum_sgd_step(const UpdateLists &lists, const MomentumOptions &options) {
    update_lists(momentum_sgd_rule("momentum_sgd_step", options), lists);
}

} // namespace haliclr::runtime
