// LARS over the whole network, in the runtime's multi-tensor operator (You, Gitman and Ginsburg
// 2017).
#pragma once

#include "runtime/ops/flat_update.h"
#include "trainer/optim/optimizer.h"

namespace haliclr::trainer {

// The parameters in flat storage, ready to be updated in one kernel call.
runtime::FlatUpdate flat_update(const std::vector<Parameter> &parameters);

// Its momenta as a checkpoint names them.
NamedTensors momentum_state(const runtime::FlatUpdate &update);

// Moves the parameters into flat buffers, so that a step is one kernel call. step() throws
// NonFiniteLoss for a gradient that is not finite, before anything is updated (on CUDA at the next
// step that sees it).
class Lars : public Optimizer {
public:
    Lars(const OptimizerConfig &config, const std::vector<Parameter> &parameters);
    void zero_grad() override;
    void step(double rate) override;
    NamedTensors state() const override { return momentum_state(update); }
    void parameters_changed() override { update.invalidate(); }

private:
    OptimizerConfig config;
    runtime::FlatUpdate update;
};

} // namespace haliclr::trainer
