// Values from the threshold on are inverted.
#include "dsl/views/operators.h"

namespace haliclr::dsl {

using Halide::Expr;
using Halide::select;

namespace {

constexpr RandomWord taken_word{3, 1};
constexpr int threshold = 1; // of the step's numbers
constexpr float never = 2;   // above every value

} // namespace

Columns draw_solarize(const StepDraws &draws) {
    return {select(draws.taken(taken_word), draws.number(threshold), never)};
}

void apply_solarize(Canvas &canvas, const SequenceStep &step) {
    const Expr limit = canvas.draw(step);
    canvas.add_stage(limit <= 1.0f, solarize(canvas.colour(), limit));
}

} // namespace haliclr::dsl
