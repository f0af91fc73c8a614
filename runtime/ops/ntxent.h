// NT-Xent without autograd: the forward pass with what its gradient needs, and the gradient.
#pragma once

#include <ATen/core/Tensor.h>

namespace haliclr::runtime {

struct NtXentForward {
    at::Tensor statistics;    // float32 [3]: loss, accuracy, entropy
    at::Tensor sums;          // float32 [M]
    at::Tensor inverse_norms; // float32 [M]
};

// Throws std::invalid_argument unless z is [M, D], M even and at least 2, D at least 1, of float32,
// float16 or bfloat16, and the temperature positive and finite.
void check_ntxent_arguments(const at::Tensor &z, double temperature);

// z: float32 [M, D], rows i and i + M/2 a positive pair, the last dimension dense. No M x M memory.
NtXentForward ntxent_forward(const at::Tensor &z, double temperature);

// d(gradient * loss)/dz, float32 [M, D]; gradient: one element. sums and inverse_norms as the
// forward pass gave them.
at::Tensor ntxent_backward(const at::Tensor &z, const at::Tensor &sums,
                           const at::Tensor &inverse_norms, const at::Tensor &gradient,
                           double temperature);

} // namespace haliclr::runtime
