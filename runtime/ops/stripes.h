// The kernels of stripes of similarities, and the matrix products around them. dsl/stripes.h says
// what a stripe is.
#pragma once

#include "runtime/ops/pairwise.h"
#include "runtime/ops/unit_rows.h"

#include <ATen/core/Tensor.h>

namespace haliclr::runtime {

struct StripeSums {
    at::Tensor rows;    // float32 [K + 1, rows]: K sums of terms, the largest S of a negative
    at::Tensor columns; // float32 [K + 1, columns]
};

// Products of unit rows in the precision of a mode, into one buffer that every stripe uses again.
class Stripes {
public:
    // unit: float32 [M, D filled up]. Throws std::invalid_argument "[<loss>] precision: ..." where
    // the device does not have it.
    Stripes(const at::Tensor &unit, const PairwiseLoss &loss, const PairwiseMode &mode);

    // Makes S of the rows begin .. end with the columns first_column .. M the current stripe.
    void multiply(int64_t begin, int64_t end, int64_t first_column);

    // positive: float32 [M], of positive_similarities.
    StripeSums sums(const at::Tensor &positive) const;

    // Weights instead of the similarities. row_state: float32 [3, M].
    void weigh(const at::Tensor &row_state);

    // After weigh: product [rows of the stripe, D] += weights * U[columns].
    void add_product(at::Tensor product) const;
    // product [columns from `from` on, D] += weights[:, those columns]^T * U[rows].
    void add_mirrored(at::Tensor product, int64_t from) const;

private:
    const at::Tensor factor; // the unit rows in the precision of the products
    const int64_t columns;   // M
    const PairwiseLoss loss;
    const bool exact;  // float32 products, whatever LibTorch's switches say
    at::Tensor memory; // float32, as many elements as the largest stripe so far
    at::Tensor stripe; // [rows, columns] in whole blocks, of memory
    int64_t first_row = 0, end_row = 0, first_column = 0;

    at::Tensor inside() const; // the part of the stripe that is not filling
    void add_matmul(at::Tensor &sum, const at::Tensor &weights, const at::Tensor &rows) const;
};

// Rows of a stripe over `columns` columns that takes at most the mode's hybrid_stripe_bytes, 0 for
// 4 MiB on a CPU and 256 MiB on a GPU; at least a block of 32.
int64_t stripe_rows(int64_t columns, const PairwiseMode &mode, const at::Device &device);

// float32 [M]: S of each row with its positive.
at::Tensor positive_similarities(const at::Tensor &unit);

// Adds the sums of a stripe to totals, both [K + 1, n].
void add_sums(at::Tensor totals, const at::Tensor &sums);
// float32 [K + 1, rows]: the sums of no terms.
at::Tensor no_sums(int64_t rows, const PairwiseLoss &loss, const at::TensorOptions &options);

struct FinishedRows {
    at::Tensor statistics; // float32 [3]: means over these rows
    at::Tensor row_state;  // float32 [3, rows]
};

// totals: [K + 1, rows], positive: [rows]; batch: M.
FinishedRows finish_rows(const at::Tensor &totals, const at::Tensor &positive, int64_t batch,
                         const PairwiseLoss &loss);

// dz, float32 [rows, columns]; product: [rows, D filled up], of the weights with all unit rows;
// row_state: [3, rows]; share: of a row's loss in the loss, times the gradient of that.
at::Tensor finish_gradient(const at::Tensor &product, const UnitRows &rows,
                           const at::Tensor &row_state, double share, int64_t columns,
                           const PairwiseLoss &loss);

} // namespace haliclr::runtime
