// Rows divided by their norms: u_i = z_i / max(|z_i|, smallest_row_norm), as pairwise losses read
// them (torch.nn.functional.normalize's rule for short rows).
//
// Norms are taken of rows scaled by their largest entry, so that squares neither overflow (rows of
// 1e30) nor vanish (rows of 1e-11). Columns are added in `lanes` strands, whatever the schedule.
#pragma once

#include "Halide.h"
#include "dsl/pairwise_limits.h"

namespace haliclr::dsl {

struct UnitRows {
    static constexpr int lanes = unit_row_alignment;

    Halide::Var d{"d"}, i{"i"}, lane{"lane"};
    Halide::RDom full, last, over_lanes, inside; // whole runs of lanes, the cut one, lanes, columns

    Halide::Func lane_largest{"lane_largest"};   // (lane, i) max |z|
    Halide::Func largest{"largest"};             // (i), the scale
    Halide::Func lane_squares{"lane_squares"};   // (lane, i) of the scaled row
    Halide::Func squares{"squares"};             // (i)
    Halide::Func norms{"norms"};                 // (i) 1 / max(norm, smallest_row_norm)
    Halide::Func inverse_norms{"inverse_norms"}; // (i) output, `norms`
    Halide::Func unit{"unit"};                   // (d, i) output, zero from `columns` on

    // z: (d, i), any finite values, float or double; columns: D.
    UnitRows(const Halide::Func &z, const Halide::Expr &columns);
};

} // namespace haliclr::dsl
