// A rectangle becomes black: torchvision's RandomErasing of value 0, ten attempts with uniform area
// and log-uniform ratio, of which the first that is smaller than the view counts. DeVries and
// Taylor, "Improved regularization of convolutional neural networks with cutout", 2017.
#include "dsl/views/operators.h"

#include "dsl/philox.h"

namespace haliclr::dsl {

using Halide::cast;
using Halide::Expr;
using Halide::floor;
using Halide::Func;
using Halide::RDom;
using Halide::round;
using Halide::select;
using Halide::strict_float;
using Halide::Tuple;

namespace {

constexpr RandomWord taken_word{17, 0}, x_word{17, 1}, y_word{17, 2};
constexpr int first_attempt_block = 18, attempts = 10;
constexpr int area_low = 1, area_high = 2, log_ratio_low = 5; // of the step's numbers

} // namespace

Columns draw_cutout(const StepDraws &draws) {
    Draws &plan = draws.plan;
    Attempts made{Func("cutout"), RDom(0, attempts, "attempt"), {}, {}, false};
    const auto words = draws.block(first_attempt_block + made.attempt / 2);
    const Expr even = made.attempt % 2 == 0;
    const Expr area = uniform_between(select(even, words[0], words[2]), draws.number(area_low),
                                      draws.number(area_high));
    const Expr log_ratio =
        uniform_between(select(even, words[1], words[3]), draws.number(log_ratio_low),
                        draws.number(log_ratio_low + 1));
    const auto side = [&](const Expr &signed_log_ratio) {
        return strict_float(sqrt(area * reproducible_exp(signed_log_ratio)));
    };
    // torchvision's ratio is height / width.
    const Expr width = side(-log_ratio), height = side(log_ratio);
    Func &found = made.found;
    found(plan.row) = Tuple(0.0f, 0.0f);
    const Expr accepted = found(plan.row)[0] == 0.0f && width < 1.0f && height < 1.0f;
    found(plan.row) = Tuple(select(accepted, width, found(plan.row)[0]),
                            select(accepted, height, found(plan.row)[1]));
    plan.attempts.push_back(made);

    const Expr taken = draws.taken(taken_word);
    const auto place = [&](RandomWord which) {
        return select(taken, strict_float(unit_uniform(draws.word(which))), 0.0f);
    };
    return {place(x_word), place(y_word), select(taken, found(plan.row)[0], 0.0f),
            select(taken, found(plan.row)[1], 0.0f)};
}

void apply_cutout(Canvas &canvas, const SequenceStep &step) {
    const Expr side = cast<float>(canvas.side());
    const auto covers = [&](const Expr &at, const Expr &place, const Expr &share) {
        const Expr length = round(share * side);
        const Expr first = floor(place * (side - length + 1.0f));
        return cast<float>(at) >= first && cast<float>(at) < first + length;
    };
    const Expr inside = covers(canvas.x, canvas.draw(step, 0), canvas.draw(step, 2)) &&
                        covers(canvas.y, canvas.draw(step, 1), canvas.draw(step, 3));
    const Rgb colour = canvas.raw_colour();
    const auto cut = [&](const Expr &value) { return select(inside, 0.0f, value); };
    canvas.add_stage(canvas.draw(step, 2) > 0.0f,
                     {cut(colour.red), cut(colour.green), cut(colour.blue)});
}

} // namespace haliclr::dsl
