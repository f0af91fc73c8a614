// Gaussian blur, separable, of 2 (size / 20) + 1 taps: a tenth of the view. `reflect` mirrors the
// border as torchvision's gaussian_blur does and has at least three taps; `zero` pads with black,
// as SimCLR's original does.
#include "dsl/views/operators.h"

namespace haliclr::dsl {

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

// Taps that a schedule can unroll, all or by groups, whose last then weigh nothing.
Expr whole_groups(const Expr &taps) {
    constexpr int group = Blur::tap_group;
    const auto known = Halide::Internal::as_const_int(Halide::Internal::simplify(taps));
    return known && *known <= Blur::most_odd_taps ? taps : (taps + group - 1) / group * group;
}

// Where a position beyond the image reads it; what black borders read there is not used.
Expr within(const Expr &at, const Expr &size, bool zero) {
    return zero ? clamp(at, 0, size - 1) : reflect(at, size);
}

// The image with its borders across, which are reflected or black: taps then read consecutive
// values. A row at a time, or a value.
void define_padded(const Canvas &canvas, Blur &made, bool zero, const Expr &radius) {
    const Views &plan = canvas.plan;
    const Expr size = canvas.side();
    Func &padded = made.padded;
    if (canvas.reading == SourceReading::by_values) {
        const Expr inside = plan.x >= 0 && plan.x < size;
        const auto channel = [&](const Expr &value) {
            return zero ? select(inside, value, 0.0f) : value;
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

} // namespace

Columns draw_blur(const StepDraws &draws) {
    return {select(draws.taken(taken_word), draws.between(sigma_word, sigma_low), 0.0f)};
}

void apply_blur(Canvas &canvas, const SequenceStep &step) {
    Views &plan = canvas.plan;
    const Expr sigma = canvas.draw(step), size = canvas.side();
    const bool zero = step.uses("zero");
    const Expr radius = zero ? size / 20 : max(1, size / 20);
    Blur made;
    const Expr taps =
        canvas.reading == SourceReading::by_values ? whole_groups(2 * radius + 1) : 2 * radius + 1;
    made.taps = RDom(-radius, taps, "taps");
    made.taps_across = RDom(-radius, taps, "taps_across");
    made.taps_across.where(sigma > 0.0f);
    const Expr deviations = Halide::cast<float>(plan.tap) / sigma;
    // Bounded, so that a tiny sigma gives a weight of nearly 0 and no overflow.
    const Expr bell = exp(-min(0.5f * deviations * deviations, 80.0f));
    made.bell(plan.tap, plan.v) = select(plan.tap <= radius, bell, 0.0f);
    made.bell_sum(plan.v) = 0.0f;
    made.bell_sum(plan.v) += made.bell(made.taps, plan.v);
    made.tap_weight(plan.tap, plan.v) = made.bell(plan.tap, plan.v) / made.bell_sum(plan.v);

    const auto weight = [&](const RDom &taps, const Expr &at) {
        const Expr plain = made.tap_weight(taps, plan.v);
        return zero ? select(at >= 0 && at < size, plain, 0.0f) : plain;
    };
    const Expr across = plan.x + made.taps_across, down = plan.y + made.taps;
    define_padded(canvas, made, zero, radius);
    made.blur_x(plan.x, plan.y, plan.v) = Tuple(0.0f, 0.0f, 0.0f);
    made.blur_x(plan.x, plan.y, plan.v) += weighed(Rgb(Tuple(made.padded(across, plan.y, plan.v))),
                                                   made.tap_weight(made.taps_across, plan.v));
    made.bordered(plan.x, plan.y, plan.v) = made.blur_x(plan.x, within(plan.y, size, zero), plan.v);
    made.blur_y(plan.x, plan.y, plan.v) = Tuple(0.0f, 0.0f, 0.0f);
    made.blur_y(plan.x, plan.y, plan.v) +=
        weighed(Rgb(Tuple(made.bordered(plan.x, down, plan.v))), weight(made.taps, down));

    if (canvas.reading == SourceReading::by_rows) {
        canvas.start_copy("blurred");
    } else { // so that the padded image is all that a schedule has to keep
        canvas.start("blurred", Rgb(Tuple(made.padded(plan.x, plan.y, plan.v))));
        canvas.overshoots = false;
    }
    made.image = static_cast<int>(plan.image.size()) - 1;
    made.stage = canvas.add_stage(sigma > 0.0f, Rgb(Tuple(made.blur_y(plan.x, plan.y, plan.v))),
                                  StageReads::sums);
    plan.blurs.push_back(made);
}

} // namespace haliclr::dsl
