// Stochastic gradient descent with momentum, in LibTorch's fused operator.
#pragma once

#include "trainer/optim/optimizer.h"

namespace haliclr::trainer {

// u = g + weight_decay p;  m <- momentum m + u;  p <- p - rate m, or with Nesterov's momentum
// p <- p - rate (u + momentum m). Parameters that are not adapted are not decayed.
class Sgd : public Optimizer {
public:
    Sgd(const OptimizerConfig &config, const std::vector<Parameter> &parameters);
    void zero_grad() override;
    void step(double rate) override;
    NamedTensors state() const override;

private:
    OptimizerConfig config;
    std::vector<Parameter> parameters;
    std::vector<at::Tensor> momenta; // one a parameter
};

} // namespace haliclr::trainer
