// LARS: the flat buffers, and the runtime's operator that updates them in place.
#include "trainer/optim/lars.h"

#include "trainer/errors.h"

namespace haliclr::trainer {

runtime::FlatUpdate flat_update(const std::vector<Parameter> &parameters) {
    std::vector<std::pair<std::string, at::Tensor>> named;
    std::vector<bool> adapt;
    for (const Parameter &parameter : parameters) {
        named.emplace_back(parameter.name, parameter.value);
        adapt.push_back(parameter.adapt);
    }
    return {runtime::FlatParameters(named), adapt};
}

NamedTensors momentum_state(const runtime::FlatUpdate &update) {
    const runtime::FlatParameters &flat = update.parameters();
    NamedTensors tensors;
    for (size_t i = 0; i < flat.names().size(); ++i) {
        tensors.emplace_back("momentum." + flat.names()[i], flat.momenta()[i]);
    }
    return tensors;
}

Lars::Lars(const OptimizerConfig &config, const std::vector<Parameter> &parameters)
    : config(config), update(flat_update(parameters)) {}

void Lars::zero_grad() {
    update.parameters().zero_gradients();
}

void Lars::step(double rate) {
    try {
        update.lars({rate, config.momentum, config.weight_decay, config.trust, config.form,
                     config.denominator, config.nesterov, config.clip});
    } catch (const runtime::NonFiniteGradient &error) {
        throw NonFiniteLoss(error.what());
    }
}

} // namespace haliclr::trainer
