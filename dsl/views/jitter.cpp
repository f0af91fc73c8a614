// Colour jitter: brightness, contrast, saturation and hue in random order, clamped after each.
// Contrast needs the mean of the whole image, so it divides the jitter into two images; each holds
// the other three operators in every order slot, as in-place stages.
#include "dsl/views/operators.h"

#include "dsl/philox.h"

namespace haliclr::dsl {

using Halide::cast;
using Halide::clamp;
using Halide::Expr;
using Halide::Func;
using Halide::max;
using Halide::min;
using Halide::RDom;
using Halide::select;
using Halide::Tuple;

namespace {

constexpr RandomWord taken_word{1, 0}, order_word{1, 1}, brightness_word{1, 2}, contrast_word{1, 3},
    saturation_word{2, 0}, hue_word{2, 1};
// Of the step's numbers; the lower end of each range.
constexpr int brightness_low = 1, contrast_low = 3, saturation_low = 5, hue_low = 7, orders = 9;

// Operators, numbered as the draw `order` ranks their permutations; 0 is brightness.
constexpr int contrast = 1, saturation = 2, hue = 3;
constexpr int slots = 4;

// The permutation of 0..3 with this lexicographic rank: its factorial digits pick from what is
// left.
std::vector<Expr> permutation(const Expr &rank) {
    const Expr first = rank / 6;
    const Expr second_digit = rank % 6 / 2;
    const Expr second = second_digit + cast<int>(second_digit >= first);
    const Expr smaller = min(first, second), larger = max(first, second);
    const Expr above_smaller = rank % 2 + cast<int>(rank % 2 >= smaller);
    const Expr third = above_smaller + cast<int>(above_smaller >= larger);
    return {first, second, third, 6 - first - second - third};
}

class JitterStages {
public:
    JitterStages(Canvas &canvas, const SequenceStep &step)
        : canvas(canvas), plan(canvas.plan), step(step), jittered(canvas.draw(step, 0) > 0.5f) {
        const Expr rank = clamp(cast<int>(canvas.draw(step, 1)), 0, 23);
        Func in_slot("slot_operator"), contrast_slot("contrast_slot");
        in_slot(plan.slot, plan.v) = mux(plan.slot, permutation(rank));
        contrast_slot(plan.v) =
            select(in_slot(0, plan.v) == contrast, 0, in_slot(1, plan.v) == contrast, 1,
                   in_slot(2, plan.v) == contrast, 2, 3);
        plan.slot_plans.push_back(in_slot);
        plan.view_plans.push_back(contrast_slot);
    }

    void run() {
        add_slots(true);
        start_contrast();
        add_slots(false);
    }

private:
    Canvas &canvas;
    Views &plan;
    const SequenceStep &step;
    const Expr jittered;

    Expr brightness_of() const { return canvas.draw(step, 2); }
    Expr contrast_of() const { return canvas.draw(step, 3); }
    Expr saturation_of() const { return canvas.draw(step, 4); }
    Expr hue_of() const { return canvas.draw(step, 5); }

    // Contrast holds one slot: three are left before it at most, and three after it.
    void add_slots(bool before) {
        const Func in_slot = plan.slot_plans.back();
        const Expr contrast_slot = plan.view_plans.back()(plan.v);
        for (int slot = before ? 0 : 1; slot < (before ? slots - 1 : slots); slot++) {
            const Expr here = jittered && (before ? slot < contrast_slot : slot > contrast_slot);
            add_slot(here, in_slot(slot, plan.v));
        }
    }

    void add_slot(const Expr &here, const Expr &which) {
        const bool alike = !step.uses("additive") && !step.uses("hsv");
        const Rgb colour = canvas.raw_colour();
        const Expr saturating = which == saturation;
        if (alike) {
            // Brightness and saturation are the same blend: with black, and with grey.
            const Rgb other{select(saturating, luma(colour), 0.0f)};
            canvas.add_stage(
                here && which != hue && which != contrast,
                blend(colour, other, select(saturating, saturation_of(), brightness_of())));
        } else {
            canvas.add_stage(here && which == 0, brightened(colour));
            canvas.add_stage(here && saturating, saturated(colour));
        }
        const Rgb turned = turn_hue(colour, hue_of());
        canvas.add_stage(here && which == hue, canvas.overshoots ? add(turned, 0.0f) : turned);
    }

    Rgb brightened(const Rgb &colour) const {
        return step.uses("additive") ? add(colour, brightness_of())
                                     : blend(colour, Rgb(Expr(0.0f)), brightness_of());
    }

    Rgb saturated(const Rgb &colour) const {
        return step.uses("hsv") ? scale_saturation(colour, saturation_of())
                                : blend(colour, Rgb(luma(colour)), saturation_of());
    }

    // The mean of the latest image: its luma's, or one channel's.
    Expr mean_of(const std::function<Expr(const Rgb &)> &value) {
        ImageMean made;
        const Expr size = canvas.side();
        made.image_rows = RDom(0, size, "image_rows");
        made.column_sum(plan.x, plan.v) = 0.0f;
        made.column_sum(plan.x, plan.v) += value(canvas.raw_colour_at(plan.x, made.image_rows));
        made.image_columns = RDom(0, size, 0, 1, "image_columns");
        made.image_columns.where(jittered);
        made.mean(plan.v) = 0.0f;
        made.mean(plan.v) +=
            made.column_sum(made.image_columns.x, plan.v) / cast<float>(size * size) +
            cast<float>(made.image_columns.y);
        plan.means.push_back(made);
        return made.mean(plan.v);
    }

    void start_contrast() {
        const Rgb means = step.uses("channel_mean")
                              ? Rgb(mean_of([](const Rgb &colour) { return colour.red; }),
                                    mean_of([](const Rgb &colour) { return colour.green; }),
                                    mean_of([](const Rgb &colour) { return colour.blue; }))
                              : Rgb(mean_of([](const Rgb &colour) { return luma(colour); }));
        // Without jitter the factor is 1 and the mean 0: the colour itself.
        const Rgb colour = canvas.raw_colour();
        const Rgb mixed = blend(colour, means, select(jittered, contrast_of(), 1.0f));
        if (canvas.overshoots) { // its clamp comes later, as in SimCLR's original
            const auto kept = [&](const Expr &raw, const Expr &value) {
                return select(jittered, value, raw);
            };
            canvas.start("contrasted",
                         {kept(colour.red, mixed.red), kept(colour.green, mixed.green),
                          kept(colour.blue, mixed.blue)});
        } else {
            canvas.start("contrasted", mixed);
        }
    }
};

} // namespace

Columns draw_jitter(const StepDraws &draws) {
    const Expr taken = draws.taken(taken_word);
    const float no_brightness = draws.step.uses("additive") ? 0 : 1;
    const Expr order = uniform_below(draws.word(order_word), cast<int>(draws.number(orders)));
    return {cast<float>(taken),
            select(taken, cast<float>(order), 0.0f),
            select(taken, draws.between(brightness_word, brightness_low), no_brightness),
            select(taken, draws.between(contrast_word, contrast_low), 1.0f),
            select(taken, draws.between(saturation_word, saturation_low), 1.0f),
            select(taken, draws.between(hue_word, hue_low), 0.0f)};
}

void apply_jitter(Canvas &canvas, const SequenceStep &step) {
    JitterStages(canvas, step).run();
}

} // namespace haliclr::dsl
