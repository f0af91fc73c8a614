// All channels become the luma.
#include "dsl/views/operators.h"

namespace haliclr::dsl {

using Halide::cast;

namespace {

constexpr RandomWord taken_word{2, 2};

} // namespace

Columns draw_grey(const StepDraws &draws) {
    return {cast<float>(draws.taken(taken_word))};
}

void apply_grey(Canvas &canvas, const SequenceStep &step) {
    canvas.add_stage(canvas.draw(step) > 0.5f, Rgb(luma(canvas.raw_colour())));
}

} // namespace haliclr::dsl
