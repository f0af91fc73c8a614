// A rectangle becomes black: torchvision's RandomErasing of value 0, ten attempts with uniform area
// and log-uniform ratio, of which the first that is smaller than the view counts. DeVries and
// Taylor, "Improved regularization of convolutional neural networks with cutout", 2017.
#include "dsl/views/operators.h"

#include "dsl/philox.h"

namespace haliclr::dsl {

using Halide::cast;
using Halide::Expr;
using Halide::floor;
using Halide::round;
using Halide::select;
using Halide::strict_float;
using Halide::Tuple;

namespace {

constexpr RandomWord taken_word{17, 0}, x_word{17, 1}, y_word{17, 2};
constexpr int first_attempt_block = 18;

} // namespace

Columns draw_cutout(const StepDraws &draws) {
    // torchvision's ratio is height / width.
    const Tuple found = first_by_area(draws, "cutout", first_attempt_block, 1.0f,
                                      [](const Expr &tall, const Expr &wide) {
                                          return Attempt{wide, tall, wide < 1.0f && tall < 1.0f};
                                      })(draws.plan.row);
    const Expr taken = draws.taken(taken_word);
    const auto place = [&](RandomWord which) {
        return select(taken, strict_float(unit_uniform(draws.word(which))), 0.0f);
    };
    return {place(x_word), place(y_word), select(taken, found[0], 0.0f),
            select(taken, found[1], 0.0f)};
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
