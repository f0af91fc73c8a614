// NT-Xent for very small temperatures, where the kernels' exponentials would underflow: LibTorch in
// double with an exact log-sum-exp, a stripe of rows at a time, so memory stays O(stripe * M).
#pragma once

#include <ATen/core/Tensor.h>

namespace haliclr::runtime {

// float32 [3]: loss, accuracy, entropy.
at::Tensor ntxent_exact_statistics(const at::Tensor &z, double temperature);

// d(gradient * loss)/dz, float32.
at::Tensor ntxent_exact_gradient(const at::Tensor &z, const at::Tensor &gradient,
                                 double temperature);

} // namespace haliclr::runtime
