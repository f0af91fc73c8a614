// SGD with momentum over the whole network, in the runtime's multi-tensor operator.
#pragma once

#include "runtime/ops/flat_update.h"
#include "trainer/optim/optimizer.h"

namespace haliclr::trainer {

// v <- momentum v + g + weight_decay w;  w <- w - rate v, or Nesterov's. Parameters that are not
// adapted are not decayed. step() throws as Lars does.
class Momentum : public Optimizer {
public:
    Momentum(const OptimizerConfig &config, const std::vector<Parameter> &parameters);
    void zero_grad() override;
    void step(double rate) override;
    NamedTensors state() const override;
    void parameters_changed() override { update.invalidate(); }

private:
    OptimizerConfig config;
    runtime::FlatUpdate update;
};

} // namespace haliclr::trainer
