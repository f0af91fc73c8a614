// Gaussian blur, separable, of 2 (size / 20) + 1 taps: a tenth of the view. `reflect` mirrors the
// border as torchvision's gaussian_blur does and has at least three taps; `zero` pads with black,
// as SimCLR's original does.
#include "dsl/views/operators.h"

namespace haliclr::dsl {

using Halide::abs;
using Halide::clamp;
using Halide::exp;
using Halide::Expr;
using Halide::Func;
using Halide::max;
using Halide::min;
using Halide::RDom;
using Halide::select;
using Halide::Tuple;
using Halide::undef;

namespace {

constexpr RandomWord taken_word{2, 3}, sigma_word{3, 0};
constexpr int sigma_low = 1; // of the step's numbers

Tuple weighed(const Rgb &colour, const Expr &weight) {
    return Tuple(weight * colour.red, weight * colour.green, weight * colour.blue);
}

// Sets the domains of the taps; returns the tap across, in pixels from the centre. Where values are
// read, more than a few are whole groups, so that a schedule can unroll a group and read it at
// once; what lies beyond the radius weighs nothing.
Expr define_taps(Blur &made, const Expr &radius, SourceReading reading) {
    constexpr int group = Blur::tap_group, alignment = Blur::tap_alignment;
    const auto known = known_value(radius);
    if (reading == SourceReading::by_rows || (known && 2 * *known + 1 <= Blur::most_odd_taps)) {
        made.taps = RDom(-radius, 2 * radius + 1, "taps");
        made.taps_across = RDom(-radius, 2 * radius + 1, "taps_across");
        return made.taps_across.x;
    }
    const Expr before = (radius + alignment - 1) / alignment * alignment;
    const Expr groups = (before + radius + group) / group;
    made.taps = RDom(-before, group * groups, "taps");
    made.taps_across = RDom({{0, group}, {0, groups}}, "taps_across");
    return group * made.taps_across.y - before + made.taps_across.x;
}

// Where a position beyond the image reads it; what black borders read there is not used.
Expr within(const Expr &at, const Expr &size, bool zero) {
    return zero ? clamp(at, 0, size - 1) : reflect(at, size);
}

// The image with its borders across, which are reflected or black: taps then read consecutive
// values. A row at a time, or a value, of the views that `held` tells where it is defined.
void define_padded(const Canvas &canvas, Blur &made, bool zero, const Expr &radius,
                   const Expr &held) {
    const Views &plan = canvas.plan;
    const Expr size = canvas.side();
    Func &padded = made.padded;
    if (canvas.reading == SourceReading::by_values) {
        const Expr inside = plan.x >= 0 && plan.x < size;
        const auto channel = [&](const Expr &value) {
            const Expr bordered = zero ? select(inside, value, 0.0f) : value;
            return held.defined() ? select(held, bordered, undef<float>()) : bordered;
        };
        const Rgb colour = canvas.colour_at(within(plan.x, size, zero), plan.y);
        padded(plan.x, plan.y, plan.v) =
            Tuple(channel(colour.red), channel(colour.green), channel(colour.blue));
        return;
    }
    made.inside = RDom(0, size, "inside");
    made.borders = RDom(1, radius, "borders");
    padded(plan.x, plan.y, plan.v) = Tuple(undef<float>(), undef<float>(), undef<float>());
    padded(made.inside, plan.y, plan.v) = canvas.colour_at(made.inside, plan.y).tuple();
    const auto border = [&](const Expr &at) {
        const Rgb mirrored = canvas.colour_at(reflect(at, size), plan.y);
        return zero ? Tuple(0.0f, 0.0f, 0.0f) : mirrored.tuple();
    };
    const Expr before = -made.borders.x, after = size - 1 + made.borders.x;
    padded(before, plan.y, plan.v) = border(before);
    padded(after, plan.y, plan.v) = border(after);
}

// apart: the image that it makes is of the blurred views alone.
void add_blur(Canvas &canvas, const SequenceStep &step, bool apart) {
    Views &plan = canvas.plan;
    const Expr sigma = canvas.draw(step), size = canvas.side();
    const Expr blurred = is_blurred(canvas, step);
    const bool zero = step.uses("zero");
    const Expr radius = zero ? size / 20 : max(1, size / 20);
    Blur made;
    const Expr tap_across = define_taps(made, radius, canvas.reading);
    made.taps_across.where(blurred);
    const Expr deviations = Halide::cast<float>(plan.tap) / sigma;
    // Bounded, so that a tiny sigma gives a weight of nearly 0 and no overflow.
    const Expr bell = exp(-min(0.5f * deviations * deviations, 80.0f));
    made.bell(plan.tap, plan.v) = select(abs(plan.tap) <= radius, bell, 0.0f);
    made.bell_sum(plan.v) = 0.0f;
    made.bell_sum(plan.v) += made.bell(made.taps, plan.v);
    made.tap_weight(plan.tap, plan.v) = made.bell(plan.tap, plan.v) / made.bell_sum(plan.v);

    const auto weight = [&](const RDom &taps, const Expr &at) {
        const Expr plain = made.tap_weight(taps, plan.v);
        return zero ? select(at >= 0 && at < size, plain, 0.0f) : plain;
    };
    const Expr across = plan.x + tap_across, down = plan.y + made.taps;
    define_padded(canvas, made, zero, radius, apart ? blurred : Expr());
    // In groups, a row beyond the border is summed again, so that a schedule need not prove that it
    // is one row.
    const Expr border_row = within(plan.y, size, zero);
    const Expr summed_row = made.has_groups() ? border_row : plan.y;
    made.blur_x(plan.x, plan.y, plan.v) = Tuple(0.0f, 0.0f, 0.0f);
    made.blur_x(plan.x, plan.y, plan.v) += weighed(
        Rgb(Tuple(made.padded(across, summed_row, plan.v))), made.tap_weight(tap_across, plan.v));
    made.bordered(plan.x, plan.y, plan.v) =
        made.blur_x(plan.x, made.has_groups() ? Expr(plan.y) : border_row, plan.v);
    made.blur_y(plan.x, plan.y, plan.v) = Tuple(0.0f, 0.0f, 0.0f);
    made.blur_y(plan.x, plan.y, plan.v) +=
        weighed(Rgb(Tuple(made.bordered(plan.x, down, plan.v))), weight(made.taps, down));

    if (apart) {
        canvas.start_empty("blurred", size);
    } else if (canvas.reading == SourceReading::by_rows) {
        canvas.start_copy("blurred");
    } else { // so that the padded image is all that a schedule has to keep
        canvas.start("blurred", Rgb(Tuple(made.padded(plan.x, plan.y, plan.v))));
    }
    canvas.overshoots = false;
    made.image = static_cast<int>(plan.image.size()) - 1;
    made.stage = canvas.add_stage(blurred, Rgb(Tuple(made.blur_y(plan.x, plan.y, plan.v))),
                                  StageReads::sums);
    plan.blurs.push_back(made);
}

} // namespace

Columns draw_blur(const StepDraws &draws) {
    return {select(draws.taken(taken_word), draws.between(sigma_word, sigma_low), 0.0f)};
}

void apply_blur(Canvas &canvas, const SequenceStep &step) {
    add_blur(canvas, step, false);
}

void apply_blur_apart(Canvas &canvas, const SequenceStep &step) {
    add_blur(canvas, step, true);
}

Expr is_blurred(const Canvas &canvas, const SequenceStep &step) {
    return canvas.draw(step) > 0.0f;
}

} // namespace haliclr::dsl
