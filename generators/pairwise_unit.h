// What the generators of the pairwise losses share: their unit rows, and the bounds of both passes.
#pragma once

#include "dsl/pairwise.h"
#include "dsl/pairwise_limits.h"

namespace haliclr {

// unit: (D filled up, M); its bounds promise what the schedules rely on. A fixed size above 0 is a
// constant of the kernel.
template <typename Buffer>
dsl::PairwiseSizes pairwise_sizes_of(Buffer &unit, int block_rows, int fixed_rows = 0,
                                     int fixed_columns = 0) {
    constexpr int run = dsl::unit_row_alignment;
    const Halide::Expr columns =
        fixed_columns > 0 ? Halide::Expr(fixed_columns) : unit.dim(0).extent() / run * run;
    unit.dim(0).set_bounds(0, columns).dim(1).set_min(0).set_stride(columns);
    if (fixed_rows > 0) {
        unit.dim(1).set_extent(fixed_rows);
    }
    return {fixed_rows > 0 ? Halide::Expr(fixed_rows) : unit.dim(1).extent(), columns, block_rows};
}

template <typename Generator>
void require_pairs(Generator &generator, const std::string &loss, const Halide::Expr &rows) {
    generator.add_requirement(rows >= 2 && rows % 2 == 0, "[" + loss + "] z has", rows,
                              "rows; give two views of each image, so an even number of at "
                              "least 2");
}

// What the forward pass writes, 3 statistics and (M, 3) of the rows.
template <typename Statistics, typename RowState>
void bound_forward(Statistics &statistics, RowState &row_state, const Halide::Expr &rows) {
    statistics.dim(0).set_bounds(0, 3);
    row_state.dim(0).set_bounds(0, rows).dim(1).set_bounds(0, 3);
}

// What the backward pass reads of M rows, and the gradient (D, M).
template <typename Norms, typename RowState, typename Gradient>
void bound_backward(Norms &inverse_norms, RowState &row_state, Gradient &dz,
                    const Halide::Expr &rows) {
    inverse_norms.dim(0).set_bounds(0, rows);
    row_state.dim(0).set_bounds(0, rows).dim(1).set_bounds(0, 3);
    dz.dim(0).set_min(0).dim(1).set_bounds(0, rows);
}

} // namespace haliclr
