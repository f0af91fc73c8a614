// NT-Xent from LibTorch's operators: the whole similarity matrix and a cross-entropy (SimCLR,
// section 2.1).
#pragma once

#include <ATen/core/Tensor.h>

namespace haliclr::bench {

// z: [2N, D], rows i and i + N a positive pair. Differentiable in z.
at::Tensor eager_ntxent(const at::Tensor &z, double temperature);

} // namespace haliclr::bench
