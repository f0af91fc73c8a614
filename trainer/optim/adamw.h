// AdamW (Loshchilov and Hutter 2019), in LibTorch's fused operator.
#pragma once

#include "trainer/optim/optimizer.h"

namespace haliclr::trainer {

// p <- p - rate weight_decay p, of adapted parameters alone;  m <- beta1 m + (1 - beta1) g;
// v <- beta2 v + (1 - beta2) g^2;
// p <- p - rate m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + epsilon) in step t, from 1.
class AdamW : public Optimizer {
public:
    AdamW(const OptimizerConfig &config, const std::vector<Parameter> &parameters);
    void zero_grad() override;
    void step(double rate) override;
    NamedTensors state() const override;

private:
    OptimizerConfig config;
    std::vector<Parameter> parameters;
    std::vector<at::Tensor> first_moments, second_moments; // one a parameter
    at::Tensor steps;                                      // float32 [], on the parameters' device
};

} // namespace haliclr::trainer
