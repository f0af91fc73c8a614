// The baselines of LARS.
#include "bench/lars_baseline.h"

#include <torch/torch.h>

namespace haliclr::bench {

namespace {

at::Tensor trust_ratio(const at::Tensor &param_norm, const at::Tensor &decayed_norm, double trust) {
    const at::Tensor usable = (param_norm > 0).logical_and(decayed_norm > 0);
    return at::where(usable, trust * param_norm / decayed_norm, at::ones_like(param_norm));
}

} // namespace

void lars_per_tensor(std::vector<at::Tensor> &params, const std::vector<at::Tensor> &grads,
                     std::vector<at::Tensor> &momenta, const LarsRates &rates) {
    for (size_t i = 0; i < params.size(); ++i) {
        const at::Tensor decayed = grads[i] + rates.weight_decay * params[i];
        const at::Tensor ratio = trust_ratio(params[i].norm(), decayed.norm(), rates.trust);
        momenta[i].mul_(rates.momentum).add_(decayed * (rates.rate * ratio));
        params[i].sub_(momenta[i]);
    }
}

void lars_foreach(std::vector<at::Tensor> &params, const std::vector<at::Tensor> &grads,
                  std::vector<at::Tensor> &momenta, const LarsRates &rates) {
    std::vector<at::Tensor> decayed = at::_foreach_add(grads, params, rates.weight_decay);
    const at::Tensor ratio = trust_ratio(at::stack(at::_foreach_norm(params)),
                                         at::stack(at::_foreach_norm(decayed)), rates.trust);
    const std::vector<at::Tensor> factors = (rates.rate * ratio).unbind();
    at::_foreach_mul_(decayed, factors);
    at::_foreach_mul_(momenta, rates.momentum);
    at::_foreach_add_(momenta, decayed);
    at::_foreach_sub_(params, momenta);
}

} // namespace haliclr::bench
