// Resize: the shorter side to a length, the other in proportion, then the centred square;
// torchvision's resize and center_crop.
#include "dsl/views/operators.h"

namespace haliclr::dsl {

using Halide::cast;
using Halide::Expr;
using Halide::floor;
using Halide::min;
using Halide::round;
using Halide::select;

namespace {

constexpr RandomWord taken_word{24, 1};

} // namespace

Columns draw_resize(const StepDraws &draws) {
    return {cast<float>(draws.taken(taken_word))};
}

void apply_resize(Canvas &canvas, const SequenceStep &step, const Expr &flip) {
    const Expr width = canvas.source_width(), height = canvas.source_height();
    const Expr taken = canvas.draw(step) > 0.5f;
    // One axis of the rectangle that becomes the square, in source pixels.
    const auto axis = [&](const Expr &length, const Expr &other) {
        // Rounded down, in whole numbers of 64 bits, as torchvision does.
        const Expr resized = cast<int>(cast<int64_t>(step.side) * cast<int64_t>(length) /
                                       cast<int64_t>(min(length, other)));
        // Halves go to the even number, in torchvision and here.
        const Expr cut = round(cast<float>(resized - step.side) * 0.5f);
        const Expr scale = cast<float>(length) / cast<float>(resized);
        return std::pair<Expr, Expr>(
            select(taken, cut * scale, 0.0f),
            select(taken, cast<float>(step.side) * scale, cast<float>(length)));
    };
    const auto [x, box_width] = axis(width, height);
    const auto [y, box_height] = axis(height, width);
    canvas.resample({x, y, box_width, box_height, true}, step.side, resampling_words(step), flip);
}

} // namespace haliclr::dsl
