// What the training loop asks of an optimizer; lars.h, sgd.h and adamw.h implement it.
#pragma once

#include "trainer/optim/optimizer_config.h"

#include <ATen/core/Tensor.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace haliclr::trainer {

// A parameter as the optimizer and the checkpoint know it.
struct Parameter {
    std::string name; // "encoder.conv1.weight"
    at::Tensor value;
    bool adapt; // decayed and rate-adapted; parameter_groups.h states the rules
};

using NamedTensors = std::vector<std::pair<std::string, at::Tensor>>;

class Optimizer {
public:
    virtual ~Optimizer() = default;

    // Sets every gradient to zero, ready for backward().
    virtual void zero_grad() = 0;
    // One update of every parameter from its gradient. Throws NonFiniteLoss naming the parameter,
    // before anything is updated, where a gradient is infinite or NaN.
    virtual void step(double rate) = 0;
    // All that the next step depends on beside parameters and gradients, as the checkpoint names
    // it ("momentum.encoder.conv1.weight"); the checkpoint loader writes into these tensors.
    virtual NamedTensors state() const = 0;
    // To be called after parameters were written other than by step(), as by a checkpoint loader.
    virtual void parameters_changed() {}
};

// The parameters stay the caller's modules' own: an optimizer may move their storage, not their
// identity.
std::unique_ptr<Optimizer> make_optimizer(const OptimizerConfig &config,
                                          const std::vector<Parameter> &parameters);

} // namespace haliclr::trainer
