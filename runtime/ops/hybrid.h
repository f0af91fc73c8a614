// Pairwise losses in mode hybrid: stripes of half of the similarities by LibTorch's matrix product,
// whose sums and weights the kernels take.
#pragma once

#include "runtime/ops/pairwise.h"

namespace haliclr::runtime {

// z: float32 [M, D], the last dimension dense. As pairwise_forward and pairwise_backward, which
// come here in this mode. As reproducible as LibTorch's matrix product: the sums have a fixed
// order.
PairwiseForward hybrid_forward(const at::Tensor &z, const PairwiseLoss &loss,
                               const PairwiseMode &mode);
at::Tensor hybrid_backward(const PairwiseForward &saved, const at::Tensor &gradient,
                           const PairwiseLoss &loss, const PairwiseMode &mode, int64_t columns);

} // namespace haliclr::runtime
