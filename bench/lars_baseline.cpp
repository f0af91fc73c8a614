// The baselines of LARS and momentum SGD.
#include "bench/lars_baseline.h"

#include <ATen/ATen.h>

namespace haliclr::bench {

namespace {

at::Tensor trust_ratio(const at::Tensor &param_norm, const at::Tensor &tested,
                       const at::Tensor &under, double trust) {
    const at::Tensor usable = (param_norm > 0).logical_and(tested > 0);
    return at::where(usable, trust * param_norm / under, at::ones_like(param_norm));
}

} // namespace

void lars_per_tensor(Model &model, const LarsRates &rates) {
    for (size_t i = 0; i < model.params.size(); ++i) {
        at::Tensor &param = model.params[i], &velocity = model.momenta[i];
        const at::Tensor decayed = model.grads[i] + rates.weight_decay * param;
        const at::Tensor over = param.norm();
        const at::Tensor tested = rates.separate ? model.grads[i].norm() : decayed.norm();
        const at::Tensor under = rates.separate ? tested + rates.weight_decay * over : tested;
        const at::Tensor ratio = trust_ratio(over, tested, under, rates.trust);
        velocity.mul_(rates.momentum).add_(decayed * (rates.rate * ratio));
        param.sub_(velocity);
    }
}

void lars_foreach(Model &model, const LarsRates &rates) {
    std::vector<at::Tensor> decayed =
        at::_foreach_add(model.grads, model.params, rates.weight_decay);
    const at::Tensor over = at::stack(at::_foreach_norm(model.params));
    const at::Tensor tested = at::stack(at::_foreach_norm(rates.separate ? model.grads : decayed));
    const at::Tensor under = rates.separate ? tested + rates.weight_decay * over : tested;
    const at::Tensor ratio = trust_ratio(over, tested, under, rates.trust);
    const std::vector<at::Tensor> factors = (rates.rate * ratio).unbind();
    at::_foreach_mul_(decayed, factors);
    at::_foreach_mul_(model.momenta, rates.momentum);
    at::_foreach_add_(model.momenta, decayed);
    at::_foreach_sub_(model.params, model.momenta);
}

void momentum_foreach(Model &model, const LarsRates &rates) {
    const std::vector<at::Tensor> decayed =
        at::_foreach_add(model.grads, model.params, rates.weight_decay);
    at::_foreach_mul_(model.momenta, rates.momentum);
    at::_foreach_add_(model.momenta, decayed);
    at::_foreach_add_(model.params, model.momenta, -rates.rate);
}

void momentum_fused(Model &model, const LarsRates &rates) {
    at::_fused_sgd_(model.params, model.grads, model.momenta, rates.weight_decay, rates.momentum,
                    rates.rate, /*dampening=*/0, /*nesterov=*/false, /*maximize=*/false,
                    /*is_first_step=*/false);
}

} // namespace haliclr::bench
