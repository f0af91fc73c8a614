// LARS over the whole network, in the runtime's multi-tensor operator (You, Gitman and Ginsburg
// 2017).
#pragma once

#include "runtime/ops/flat.h"
#include "trainer/optim/optimizer.h"

namespace haliclr::trainer {

// Moves the parameters into one flat buffer, so that a step is one kernel call.
class Lars : public Optimizer {
public:
    Lars(const OptimizerConfig &config, const std::vector<Parameter> &parameters);
    void zero_grad() override;
    void step(double rate) override;
    NamedTensors state() const override;

private:
    OptimizerConfig config;
    runtime::FlatParameters flat;
    std::vector<bool> adapt;
};

} // namespace haliclr::trainer
