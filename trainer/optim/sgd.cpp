// SGD over lists of tensors: the one list of parameters, the gradients that exist, the momenta.
#include "trainer/optim/sgd.h"

namespace haliclr::trainer {

Sgd::Sgd(const OptimizerConfig &config, const std::vector<Parameter> &parameters)
    : config(config), parameters(parameters) {
    for (const Parameter &parameter : parameters) {
        momentum_buffers.push_back(at::zeros_like(parameter.value));
    }
}

void Sgd::zero_grad() {
    for (Parameter &parameter : parameters) {
        parameter.value.mutable_grad().reset();
    }
}

void Sgd::step(double rate) {
    torch::NoGradGuard no_grad;
    std::vector<at::Tensor> values, gradients, momenta, decayed, decayed_gradients;
    for (size_t i = 0; i < parameters.size(); ++i) {
        const Parameter &parameter = parameters[i];
        if (!parameter.value.grad().defined()) {
            continue;
        }
        values.push_back(parameter.value);
        gradients.push_back(parameter.value.grad());
        momenta.push_back(momentum_buffers[i]);
        if (parameter.adapt) {
            decayed.push_back(values.back());
            decayed_gradients.push_back(gradients.back());
        }
    }
    at::_foreach_add_(decayed_gradients, decayed, config.weight_decay);
    at::_foreach_mul_(momenta, config.momentum);
    at::_foreach_add_(momenta, gradients);
    at::_foreach_add_(values, momenta, -rate);
}

} // namespace haliclr::trainer
