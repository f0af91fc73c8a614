// LARS: the flat buffers, and the runtime's operator that updates them in place.
#include "trainer/optim/lars.h"

#include "runtime/ops/lars.h"

namespace haliclr::trainer {

namespace {

runtime::FlatParameters flatten(const std::vector<Parameter> &parameters) {
    std::vector<std::pair<std::string, at::Tensor>> named;
    for (const Parameter &parameter : parameters) {
        named.emplace_back(parameter.name, parameter.value);
    }
    return runtime::FlatParameters(named);
}

} // namespace

Lars::Lars(const OptimizerConfig &config, const std::vector<Parameter> &parameters)
    : config(config), flat(flatten(parameters)) {
    for (const Parameter &parameter : parameters) {
        adapt.push_back(parameter.adapt);
    }
}

void Lars::zero_grad() {
    flat.zero_gradients();
}

void Lars::step(double rate) {
    runtime::lars_step(flat.params(), flat.grads(), flat.momenta(), adapt, rate, config.momentum,
                       config.weight_decay, config.trust, config.form);
}

NamedTensors Lars::state() const {
    NamedTensors tensors;
    for (size_t i = 0; i < flat.names().size(); ++i) {
        tensors.emplace_back("momentum." + flat.names()[i], flat.momenta()[i]);
    }
    return tensors;
}

} // namespace haliclr::trainer
