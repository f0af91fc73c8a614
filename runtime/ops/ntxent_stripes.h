// NT-Xent for very small temperatures, where the kernels' exponentials would underflow: LibTorch in
// double with an exact log-sum-exp, a stripe of rows at a time, so memory stays O(stripe * M).
#pragma once

#include "runtime/ops/ntxent.h"

namespace haliclr::runtime {

// As ntxent_forward, but `sums` holds the log-sum-exp of each row.
NtXentForward ntxent_stripes_forward(const at::Tensor &z, double temperature);

at::Tensor ntxent_stripes_backward(const at::Tensor &z, const at::Tensor &gradient,
                                   double temperature);

} // namespace haliclr::runtime
