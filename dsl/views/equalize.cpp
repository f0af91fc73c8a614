// Histogram equalization, channel by channel, on values of 8 bits; torchvision's equalize, which is
// Pillow's.
#include "dsl/views/operators.h"

namespace haliclr::dsl {

using Halide::cast;
using Halide::clamp;
using Halide::Expr;
using Halide::max;
using Halide::RDom;
using Halide::select;

namespace {

constexpr RandomWord taken_word{24, 0};
constexpr int levels = 256;

// torchvision's conversion to 8 bits.
Expr level_of(const Expr &value) {
    return clamp(cast<int>(value * (levels - 1e-3f)), 0, levels - 1);
}

} // namespace

Columns draw_equalize(const StepDraws &draws) {
    return {cast<float>(draws.taken(taken_word))};
}

void apply_equalize(Canvas &canvas, const SequenceStep &step) {
    Views &plan = canvas.plan;
    const Expr taken = canvas.draw(step) > 0.5f;
    Histogram made;
    made.pixels = RDom(0, canvas.side(), 0, canvas.side(), "pixels");
    made.pixels.where(taken);
    const Rgb sample = canvas.colour_at(made.pixels.x, made.pixels.y);
    const Expr sampled = level_of(mux(plan.ch, sample.tuple().as_vector()));
    made.counts(plan.bin, plan.ch, plan.v) = 0;
    made.counts(sampled, plan.ch, plan.v) += 1;
    made.bins = RDom(1, levels - 1, "bins");
    made.running(plan.bin, plan.ch, plan.v) = made.counts(plan.bin, plan.ch, plan.v);
    made.running(made.bins, plan.ch, plan.v) += made.running(made.bins - 1, plan.ch, plan.v);
    made.all_bins = RDom(0, levels, "all_bins");
    const Expr below = made.running(made.all_bins, plan.ch, plan.v);
    const Expr pixels = canvas.side() * canvas.side();
    made.below_largest(plan.ch, plan.v) = 0;
    made.below_largest(plan.ch, plan.v) =
        max(made.below_largest(plan.ch, plan.v), select(below < pixels, below, 0));

    const Rgb colour = canvas.colour();
    const auto equalized = [&](const Expr &value, int channel) {
        const Expr level = level_of(value);
        const Expr step_size = made.below_largest(channel, plan.v) / (levels - 1);
        const Expr darker = made.running(max(level - 1, 0), channel, plan.v);
        const Expr spread = (darker + step_size / 2) / max(step_size, 1);
        const Expr mapped = select(level == 0, 0, clamp(spread, 0, levels - 1));
        return cast<float>(select(step_size == 0, level, mapped)) * (1.0f / (levels - 1));
    };
    const Rgb result(equalized(colour.red, 0), equalized(colour.green, 1),
                     equalized(colour.blue, 2));
    canvas.start_copy("equalized");
    canvas.add_stage(taken, result, StageReads::sums);
    plan.histograms.push_back(made);
}

} // namespace haliclr::dsl
