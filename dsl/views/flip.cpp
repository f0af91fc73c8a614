// Left and right exchanged.
#include "dsl/views/operators.h"

namespace haliclr::dsl {

using Halide::cast;

namespace {

constexpr RandomWord taken_word{0, 3};

} // namespace

Columns draw_flip(const StepDraws &draws) {
    return {cast<float>(draws.taken(taken_word))};
}

void apply_flip(Canvas &canvas, const SequenceStep &step) {
    const Rgb mirrored = canvas.colour_at(canvas.side() - 1 - canvas.x, canvas.y);
    canvas.start_copy("flipped");
    canvas.add_stage(canvas.draw(step) > 0.5f, mirrored);
}

} // namespace haliclr::dsl
