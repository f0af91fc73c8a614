// Classification by the nearest neighbours of a feature.
//
// Each of the k most similar training features (cosine) votes for its class with weight
// exp(similarity / temperature). Source: Z. Wu et al., "Unsupervised feature learning via
// non-parametric instance discrimination" (2018). The temperature 0.1 is theirs; they vote with k =
// 200, the default of 10 suits data sets of some thousand images a class.
#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>

namespace haliclr::trainer {

struct KnnOptions {
    int64_t neighbours = 10; // all training features if there are fewer
    double temperature = 0.1;
    int64_t block = 256; // test features compared at a time
};

// train: float32 [N, D], labels: int64 [N], 0 or more; test: float32 [M, D]. Returns classes, int64
// [M].
at::Tensor knn_classes(const at::Tensor &train, const at::Tensor &labels, const at::Tensor &test,
                       const KnnOptions &options);

// Share of equal elements in percent.
double accuracy_percent(const at::Tensor &classes, const at::Tensor &labels);

} // namespace haliclr::trainer
