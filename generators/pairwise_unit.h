// The unit rows as an input of the pairwise losses' generators.
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

} // namespace haliclr
