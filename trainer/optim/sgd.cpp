// SGD over two lists of tensors: those that are decayed, and the others.
#include "trainer/optim/sgd.h"

#include "trainer/optim/gradients.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

namespace haliclr::trainer {

Sgd::Sgd(const OptimizerConfig &config, const std::vector<Parameter> &parameters)
    : config(config), parameters(parameters) {
    for (const Parameter &parameter : parameters) {
        momenta.push_back(at::zeros_like(parameter.value));
    }
}

void Sgd::zero_grad() {
    drop_gradients(parameters);
}

void Sgd::step(double rate) {
    at::NoGradGuard no_grad;
    require_finite_gradients("sgd", parameters);
    for (const bool adapt : {true, false}) {
        std::vector<at::Tensor> values, gradients, buffers;
        for (const size_t i : with_gradient(parameters, adapt)) {
            values.push_back(parameters[i].value);
            gradients.push_back(parameters[i].value.grad());
            if (config.momentum > 0) { // the operator takes no list where it would not use it
                buffers.push_back(momenta[i]);
            }
        }
        if (!values.empty()) {
            at::_fused_sgd_(values, gradients, buffers, adapt ? config.weight_decay : 0.0,
                            config.momentum, rate, /*dampening=*/0.0, config.nesterov,
                            /*maximize=*/false, /*is_first_step=*/false);
        }
    }
}

NamedTensors Sgd::state() const {
    NamedTensors tensors;
    for (size_t i = 0; i < parameters.size(); ++i) {
        tensors.emplace_back("momentum." + parameters[i].name, momenta[i]);
    }
    return tensors;
}

} // namespace haliclr::trainer
