// What the training loop asks of an optimizer; lars.h and sgd.h implement it.
#pragma once

#include <torch/torch.h>

#include <memory>
#include <string>
#include <vector>

namespace haliclr::trainer {

struct OptimizerConfig {
    std::string kind = "lars";         // lars | momentum (ours) | sgd | adamw (LibTorch's)
    std::string form = "simclr";       // of LARS: simclr | pytorch | larc; see docs/lars.md
    std::string denominator = "joint"; // of LARS: joint, |g + d w| | separate, |g| + d |w|
    bool nesterov = false;             // of lars, momentum and sgd
    bool clip = false;                 // of LARS: the ratio's rate never above the rate itself
    std::string skip = "default";      // not decayed, not adapted: default | none | name patterns
    double momentum = 0.9;
    double weight_decay = 1e-6;
    double trust = 0.001;
    double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8; // of adamw
};

// A parameter as the optimizer and the checkpoint know it.
struct Parameter {
    std::string name; // "encoder.conv1.weight"
    at::Tensor value;
    bool adapt; // decayed and rate-adapted: everything but biases and normalisation
};

class Optimizer {
public:
    virtual ~Optimizer() = default;

    // Sets every gradient to zero, ready for backward().
    virtual void zero_grad() = 0;
    // One update of every parameter from its gradient.
    virtual void step(double rate) = 0;
    // To be called after parameters were written other than by step(), as by a checkpoint loader.
    virtual void parameters_changed() {}
    // The momentum of each parameter, in the order of the parameters; written by the checkpoint
    // loader.
    virtual const std::vector<at::Tensor> &momenta() const = 0;
};

// The parameters stay the caller's modules' own: an optimizer may move their storage, not their
// identity.
std::unique_ptr<Optimizer> make_optimizer(const OptimizerConfig &config,
                                          const std::vector<Parameter> &parameters);

} // namespace haliclr::trainer
