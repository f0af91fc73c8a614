// Momentum SGD: the flat buffers, and the runtime's operator that updates them in place.
#include "trainer/optim/momentum.h"

#include "trainer/errors.h"
#include "trainer/optim/lars.h"

namespace haliclr::trainer {

Momentum::Momentum(const OptimizerConfig &config, const std::vector<Parameter> &parameters)
    : config(config), update(flat_update(parameters)) {}

void Momentum::zero_grad() {
    update.parameters().zero_gradients();
}

void Momentum::step(double rate) {
    try {
        update.momentum_sgd({rate, config.momentum, config.weight_decay, config.nesterov});
    } catch (const runtime::NonFiniteGradient &error) {
        throw NonFiniteLoss(error.what());
    }
}

NamedTensors Momentum::state() const {
    return momentum_state(update);
}

} // namespace haliclr::trainer
