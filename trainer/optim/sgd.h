// Stochastic gradient descent with momentum, in LibTorch's multi-tensor operators.
#pragma once

#include "trainer/optim/optimizer.h"

namespace haliclr::trainer {

// m <- momentum * m + g + weight_decay * p;  p <- p - rate * m. Parameters that are not adapted are
// not decayed.
class Sgd : public Optimizer {
public:
    Sgd(const OptimizerConfig &config, const std::vector<Parameter> &parameters);
    void zero_grad() override;
    void step(double rate) override;
    const std::vector<at::Tensor> &momenta() const override { return momentum_buffers; }

private:
    OptimizerConfig config;
    std::vector<Parameter> parameters;
    std::vector<at::Tensor> momentum_buffers;
};

} // namespace haliclr::trainer
