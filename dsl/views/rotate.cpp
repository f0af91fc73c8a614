// Quarter turns, counter-clockwise.
#include "dsl/views/operators.h"

#include "dsl/philox.h"

namespace haliclr::dsl {

using Halide::cast;
using Halide::clamp;
using Halide::Expr;
using Halide::select;

namespace {

constexpr RandomWord taken_word{16, 0}, turns_word{16, 1};

} // namespace

Columns draw_rotate(const StepDraws &draws) {
    const Expr turns = 1 + uniform_below(draws.word(turns_word), 3);
    return {select(draws.taken(taken_word), cast<float>(turns), 0.0f)};
}

void apply_rotate(Canvas &canvas, const SequenceStep &step) {
    const Expr turns = cast<int>(canvas.draw(step));
    const Expr last = canvas.side() - 1, x = canvas.x, y = canvas.y;
    const Expr column = select(turns == 1, last - y, turns == 2, last - x, y);
    const Expr row = select(turns == 1, x, turns == 2, last - y, last - x);
    const Rgb turned = canvas.colour_at(clamp(column, 0, last), clamp(row, 0, last));
    canvas.start_copy("rotated");
    canvas.add_stage(turns >= 1 && turns <= 3, turned);
}

} // namespace haliclr::dsl
