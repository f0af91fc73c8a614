// (value - mean) / deviation, channel by channel; as the last step it is part of the store.
#include "dsl/views/operators.h"

namespace haliclr::dsl {

using Halide::Expr;
using Halide::select;

namespace {

constexpr RandomWord taken_word{25, 0};
constexpr int means = 1, deviations = 4; // of the step's numbers

} // namespace

Columns draw_normalize(const StepDraws &draws) {
    const Expr taken = draws.taken(taken_word);
    Columns columns;
    for (int channel = 0; channel < 3; channel++) {
        columns.push_back(select(taken, draws.number(means + channel), 0.0f));
    }
    for (int channel = 0; channel < 3; channel++) {
        columns.push_back(select(taken, draws.number(deviations + channel), 1.0f));
    }
    return columns;
}

void apply_normalize(Canvas &canvas, const SequenceStep &step, bool is_last) {
    const auto normalized = [canvas, step](const Rgb &colour) {
        const auto channel = [&](const Expr &value, int index) {
            return (value - canvas.draw(step, index)) / canvas.draw(step, index + 3);
        };
        return Rgb(channel(colour.red, 0), channel(colour.green, 1), channel(colour.blue, 2));
    };
    if (is_last) {
        canvas.at_the_end = normalized;
    } else {
        const Rgb colour = normalized(canvas.colour());
        canvas.start("normalized", colour);
        canvas.overshoots = false;
    }
}

} // namespace haliclr::dsl
