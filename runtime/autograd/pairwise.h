// Pairwise losses with their gradients.
#pragma once

#include "runtime/ops/pairwise.h"

#include <ATen/core/Tensor.h>

#include <tuple>

namespace haliclr::runtime {

// z: [2N, D], rows i and i + N a positive pair; float32, float16 or bfloat16 (computed in float32).
// Returns loss, accuracy and the loss's detail (NT-Xent: entropy; else the share of negatives that
// count), 0-dim float32: the means over the rows. Only the loss has a gradient, once (no second
// derivative). A z that is not finite gives a loss that is not. Throws std::invalid_argument
// "[<loss>] ...".
std::tuple<at::Tensor, at::Tensor, at::Tensor>
pairwise_loss(const at::Tensor &z, const PairwiseLoss &loss, const PairwiseMode &mode = {});

// NT-Xent (Chen et al. 2020, arXiv:2002.05709, equation 1) in the automatic mode.
std::tuple<at::Tensor, at::Tensor, at::Tensor> ntxent(const at::Tensor &z, double temperature);

} // namespace haliclr::runtime
