// The algorithm of dsl/unit_rows.h.
#include "dsl/unit_rows.h"

namespace haliclr::dsl {

using namespace Halide;

UnitRows::UnitRows(const Func &z, const Expr &columns)
    : full(0, columns / lanes, "full"), last(0, 1, "last"), over_lanes(0, lanes, "over_lanes"),
      inside(0, columns, "inside") {
    const Type type = z.types()[0];
    const auto whole = [&] { return z(full * lanes + lane, i); };
    const Expr rest = columns / lanes * lanes + lane + last;
    last.where(rest < columns);
    const Expr cut = z(min(rest, columns - 1), i);

    lane_largest(lane, i) = cast(type, 1e-30f);
    lane_largest(lane, i) = max(lane_largest(lane, i), abs(whole()));
    lane_largest(lane, i) = max(lane_largest(lane, i), abs(cut));
    largest(i) = cast(type, 0.0f);
    largest(i) = max(largest(i), lane_largest(over_lanes, i));

    const Expr scale = 1.0f / largest(i);
    const auto square = [&](const Expr &entry) { return (entry * scale) * (entry * scale); };
    lane_squares(lane, i) = cast(type, 0.0f);
    lane_squares(lane, i) += square(whole());
    lane_squares(lane, i) += square(cut);
    squares(i) = cast(type, 0.0f);
    squares(i) += lane_squares(over_lanes, i);

    // A row that is not zero has a scaled entry of one, so only zero rows see the outer bound act
    // on 0.
    norms(i) = min(scale / sqrt(max(squares(i), 1.0f)), 1.0f / smallest_row_norm);
    inverse_norms(i) = norms(i);
    unit(d, i) = cast(type, 0.0f);
    unit(inside, i) = z(inside, i) * norms(i);
}

} // namespace haliclr::dsl
