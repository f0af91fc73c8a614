// AdamW over two lists of tensors: those that are decayed, and the others.
#include "trainer/optim/adamw.h"

#include "trainer/optim/gradients.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

namespace haliclr::trainer {

AdamW::AdamW(const OptimizerConfig &config, const std::vector<Parameter> &parameters)
    : config(config), parameters(parameters) {
    for (const Parameter &parameter : parameters) {
        first_moments.push_back(at::zeros_like(parameter.value));
        second_moments.push_back(at::zeros_like(parameter.value));
    }
    steps = at::zeros({}, parameters.empty() ? at::kFloat : parameters.front().value.options());
}

void AdamW::zero_grad() {
    drop_gradients(parameters);
}

void AdamW::step(double rate) {
    at::NoGradGuard no_grad;
    require_finite_gradients("adamw", parameters);
    steps.add_(1);
    for (const bool adapt : {true, false}) {
        std::vector<at::Tensor> values, gradients, first, second;
        for (const size_t i : with_gradient(parameters, adapt)) {
            values.push_back(parameters[i].value);
            gradients.push_back(parameters[i].value.grad());
            first.push_back(first_moments[i]);
            second.push_back(second_moments[i]);
        }
        const std::vector<at::Tensor> counts(values.size(), steps); // read alone
        if (!values.empty()) {
            at::_fused_adamw_(values, gradients, first, second, /*max_exp_avg_sqs=*/{}, counts,
                              rate, config.beta1, config.beta2, adapt ? config.weight_decay : 0.0,
                              config.epsilon, /*amsgrad=*/false, /*maximize=*/false);
        }
    }
}

NamedTensors AdamW::state() const {
    NamedTensors tensors{{"adamw.steps", steps}};
    for (size_t i = 0; i < parameters.size(); ++i) {
        tensors.emplace_back("first_moment." + parameters[i].name, first_moments[i]);
        tensors.emplace_back("second_moment." + parameters[i].name, second_moments[i]);
    }
    return tensors;
}

} // namespace haliclr::trainer
