// Linear evaluation: multinomial logistic regression on frozen, cached features.
//
// Minimises the mean cross-entropy + weight_decay / 2 * |W|^2 over all training features at once by
// L-BFGS with a strong Wolfe line search, from zero. Features are standardised with the mean and
// deviation of the training features, so that one weight decay suits every encoder. Deterministic;
// no augmentation.
#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>

namespace haliclr::trainer {

struct LinearOptions {
    double weight_decay = 1e-4;
    int64_t iterations = 100; // at most
};

// logits = features @ weight + bias, with the standardisation folded in.
struct LinearClassifier {
    at::Tensor weight; // float32 [D, classes]
    at::Tensor bias;   // float32 [classes]
};

// features: float32 [N, D]; labels: int64 [N], 0 or more.
LinearClassifier fit_linear(const at::Tensor &features, const at::Tensor &labels,
                            const LinearOptions &options);

// Classes, int64 [M].
at::Tensor linear_classes(const LinearClassifier &classifier, const at::Tensor &features);

} // namespace haliclr::trainer
