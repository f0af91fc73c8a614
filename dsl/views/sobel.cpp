// Edges: the length of the gradient of each channel, by Sobel's kernels divided by 8, the border
// pixel repeated; Kornia's sobel.
#include "dsl/views/operators.h"

namespace haliclr::dsl {

using Halide::cast;
using Halide::clamp;
using Halide::Expr;

namespace {

constexpr RandomWord taken_word{24, 3};
constexpr float smallest_square = 1e-6f; // Kornia's, below the root

} // namespace

Columns draw_sobel(const StepDraws &draws) {
    return {cast<float>(draws.taken(taken_word))};
}

void apply_sobel(Canvas &canvas, const SequenceStep &step) {
    const Expr last = canvas.side() - 1;
    const auto neighbour = [&](int right, int below) {
        return canvas.colour_at(clamp(canvas.x + right, 0, last), clamp(canvas.y + below, 0, last));
    };
    const auto edge = [&](Expr Rgb::*channel) {
        const auto at = [&](int right, int below) { return neighbour(right, below).*channel; };
        const Expr across =
            at(1, -1) + 2.0f * at(1, 0) + at(1, 1) - at(-1, -1) - 2.0f * at(-1, 0) - at(-1, 1);
        const Expr down =
            at(-1, 1) + 2.0f * at(0, 1) + at(1, 1) - at(-1, -1) - 2.0f * at(0, -1) - at(1, -1);
        return sqrt((across * across + down * down) * (1.0f / 64) + smallest_square);
    };
    const Rgb edges(edge(&Rgb::red), edge(&Rgb::green), edge(&Rgb::blue));
    canvas.start_copy("edges");
    canvas.add_stage(canvas.draw(step) > 0.5f, edges);
}

} // namespace haliclr::dsl
