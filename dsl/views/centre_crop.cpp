// Centred square of pixels, black where the image does not reach; torchvision's center_crop. A
// view that does not take it is squeezed whole.
#include "dsl/views/operators.h"

namespace haliclr::dsl {

using Halide::cast;
using Halide::clamp;
using Halide::Expr;
using Halide::round;
using Halide::select;

namespace {

constexpr RandomWord taken_word{24, 2};

} // namespace

Columns draw_centre_crop(const StepDraws &draws) {
    return {cast<float>(draws.taken(taken_word))};
}

void apply_centre_crop(Canvas &canvas, const SequenceStep &step) {
    const Expr width = canvas.source_width(), height = canvas.source_height();
    const Expr taken = canvas.draw(step) > 0.5f;
    // A smaller image is first padded evenly, the odd pixel going to the far side.
    const auto origin = [&](const Expr &length) {
        const Expr cut = cast<int>(round(cast<float>(length - step.side) * 0.5f));
        return select(length >= step.side, cut, -((step.side - length) / 2));
    };
    const Expr column = origin(width) + canvas.x, row = origin(height) + canvas.y;
    const Expr inside = column >= 0 && column < width && row >= 0 && row < height;
    const auto channel = [&](int index) {
        const Expr value =
            canvas.source_value(index, clamp(column, 0, width - 1), clamp(row, 0, height - 1));
        return select(inside, value * canvas.source_scale(), 0.0f);
    };
    const Rgb cut(channel(0), channel(1), channel(2));
    canvas.resample({0.0f, 0.0f, cast<float>(width), cast<float>(height)}, step.side, {}, Expr(),
                    !taken);
    canvas.add_stage(taken, cut);
}

} // namespace haliclr::dsl
