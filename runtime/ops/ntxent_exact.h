// NT-Xent for very small temperatures, where the kernels' exponentials would underflow: LibTorch in
// double with an exact log-sum-exp, a stripe of rows at a time, so memory stays O(stripe * M).
#pragma once

#include <ATen/core/Tensor.h>

#include <utility>
#include <vector>

namespace haliclr::runtime {

// Rows [first, second) of a batch.
using RowRanges = std::vector<std::pair<int64_t, int64_t>>;

struct ExactForward {
    at::Tensor statistics; // float32 [3]: loss, accuracy, entropy; means over the rows
    // float32 [3, rows]: S of the positive / temperature, and the log-sum-exp of the row in two
    // parts, as one float is too coarse for an exponent.
    at::Tensor row_state;
};

// The rows of the ranges against all.
ExactForward ntxent_exact_rows(const at::Tensor &z, const RowRanges &ranges, double temperature);

// d(gradient * mean loss of all rows)/dz of those rows, float32; row_states: [3, M], of all rows.
at::Tensor ntxent_exact_rows_gradient(const at::Tensor &z, const RowRanges &ranges,
                                      const at::Tensor &row_states, const at::Tensor &gradient,
                                      double temperature);

// float32 [3]: loss, accuracy, entropy.
at::Tensor ntxent_exact_statistics(const at::Tensor &z, double temperature);

// d(gradient * loss)/dz, float32.
at::Tensor ntxent_exact_gradient(const at::Tensor &z, const at::Tensor &gradient,
                                 double temperature);

} // namespace haliclr::runtime
