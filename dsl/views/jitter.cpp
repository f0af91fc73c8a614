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

// Operators, numbered as the draw `order` ranks their permutations.
constexpr int brightness = 0, contrast = 1, saturation = 2, hue = 3;
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
        const std::vector<Expr> in_slot = permutation(rank);
        const Expr contrast_slot = select(in_slot[0] == contrast, 0, in_slot[1] == contrast, 1,
                                          in_slot[2] == contrast, 2, 3);
        Expr bits = 0;
        for (const bool before : {true, false}) {
            for (int slot = first_slot(before); slot < end_of_slots(before); slot++) {
                const Expr here =
                    jittered && (before ? slot < contrast_slot : slot > contrast_slot);
                for (const int which : {brightness, saturation, hue}) {
                    bits =
                        bits | select(here && in_slot[slot] == which, bit(before, slot, which), 0);
                }
            }
        }
        taken(plan.v) = bits;
        plan.view_plans.push_back(taken);
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
    Func taken{"jitter_taken"}; // (v): the bits of what the view takes

    // Contrast holds one slot: three are left before it at most, and three after it.
    static int first_slot(bool before) { return before ? 0 : 1; }
    static int end_of_slots(bool before) { return before ? slots - 1 : slots; }

    // An operator of a slot of the image before contrast or after.
    static int bit(bool before, int slot, int which) {
        return 1 << (which + slots * (before ? slot : slot + slots - 2));
    }
    Expr takes(int bit) const { return (taken(plan.v) & bit) != 0; }

    Expr brightness_of() const { return canvas.draw(step, 2); }
    Expr contrast_of() const { return canvas.draw(step, 3); }
    Expr saturation_of() const { return canvas.draw(step, 4); }
    Expr hue_of() const { return canvas.draw(step, 5); }

    void add_slots(bool before) {
        for (int slot = first_slot(before); slot < end_of_slots(before); slot++) {
            const Rgb colour = canvas.raw_colour();
            canvas.add_stage(takes(bit(before, slot, brightness)), brightened(colour));
            canvas.add_stage(takes(bit(before, slot, saturation)), saturated(colour));
            const Rgb turned = turn_hue(colour, hue_of());
            canvas.add_stage(takes(bit(before, slot, hue)),
                             canvas.overshoots ? add(turned, 0.0f) : turned);
        }
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
