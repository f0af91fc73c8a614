// What the configuration says of the optimizer.
#pragma once

#include <string>

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

// Throws a UsageError where keys exclude each other, such as nesterov without momentum.
void require_consistent(const OptimizerConfig &config);

} // namespace haliclr::trainer
