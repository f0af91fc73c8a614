// NT-Xent with its gradient.
#pragma once

#include <ATen/core/Tensor.h>

#include <tuple>

namespace haliclr::runtime {

// z: [2N, D], rows i and i + N a positive pair; float32, float16 or bfloat16 (computed in float32).
// Returns loss, accuracy and entropy, 0-dim float32: the means over the rows. Only the loss has a
// gradient, once (no second derivative). Throws std::invalid_argument "[ntxent] ...".
std::tuple<at::Tensor, at::Tensor, at::Tensor> ntxent(const at::Tensor &z, double temperature);

} // namespace haliclr::runtime
