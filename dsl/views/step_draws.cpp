// Random numbers of one step: words of Philox blocks, by the operator and its occurrence.
#include "dsl/views/operators.h"

#include "dsl/philox.h"

#include <utility>

namespace haliclr::dsl {

using Halide::cast;
using Halide::Expr;
using Halide::Func;
using Halide::RDom;
using Halide::select;
using Halide::strict_float;
using Halide::Tuple;

namespace {

constexpr uint32_t blocks_per_occurrence = 256;

constexpr int attempts_by_area = 10;
constexpr int area_low = 1, log_ratio_low = 5; // of the numbers of crop and cutout

// exp for |x| <= 7 from additions and products only, so that strict_float makes it the same number
// on every machine.
Expr reproducible_exp(const Expr &x) {
    // The series of exp(x / 8), raised to the eighth power.
    const Expr eighth = x * 0.125f;
    Expr series = 1.0f;
    for (int term = 9; term >= 1; term--) {
        series = 1.0f + series * eighth * (1.0f / static_cast<float>(term));
    }
    const Expr squared = series * series;
    const Expr fourth = squared * squared;
    return fourth * fourth;
}

} // namespace

StepDraws::StepDraws(Draws &plan, const SequenceStep &step, bool reads_image, Func strengths,
                     Expr view, Expr width, Expr height, Expr seed_low, Expr seed_high,
                     std::vector<Expr> counter)
    : plan(plan), step(step), reads_image(reads_image), width(std::move(width)),
      height(std::move(height)), strengths(std::move(strengths)), view(std::move(view)),
      seed_low(std::move(seed_low)), seed_high(std::move(seed_high)), counter(std::move(counter)) {}

Expr StepDraws::number(int index) const {
    return strengths(step.first_number + index, view);
}

std::vector<Expr> StepDraws::block(int first, const Expr &distance) const {
    if (step.occurrence == 0 && first < Draws::block_count) {
        return Tuple(plan.words(first + distance, plan.row)).as_vector();
    }
    const Expr own = cast<uint32_t>(first + distance) +
                     Expr(blocks_per_occurrence * static_cast<uint32_t>(step.occurrence));
    const auto words = philox4x32({counter[0], counter[1], counter[2], own}, {seed_low, seed_high});
    return {words.begin(), words.end()};
}

Expr StepDraws::word(RandomWord which) const {
    return block(which.block, 0)[which.index];
}

Expr StepDraws::taken(RandomWord which) const {
    return happens(word(which), number(0));
}

Expr StepDraws::between(RandomWord which, int low) const {
    return strict_float(uniform_between(word(which), number(low), number(low + 1)));
}

Func first_by_area(const StepDraws &draws, const std::string &name, int first_block,
                   const Expr &area,
                   const std::function<Attempt(const Expr &, const Expr &)> &judge) {
    Draws &plan = draws.plan;
    Attempts made{Func(name), RDom(0, attempts_by_area, "attempt"), {}, {}, false};
    // A block serves two attempts.
    const auto words = draws.block(first_block, made.attempt / 2);
    const Expr even = made.attempt % 2 == 0;
    const Expr share = uniform_between(select(even, words[0], words[2]), draws.number(area_low),
                                       draws.number(area_low + 1));
    const Expr log_ratio =
        uniform_between(select(even, words[1], words[3]), draws.number(log_ratio_low),
                        draws.number(log_ratio_low + 1));
    const auto side = [&](const Expr &signed_log_ratio) {
        return strict_float(sqrt(area * share * reproducible_exp(signed_log_ratio)));
    };
    const Attempt tried = judge(side(log_ratio), side(-log_ratio));
    Func &found = made.found;
    found(plan.row) = Tuple(0.0f, 0.0f);
    const Expr first = found(plan.row)[0] == 0.0f && tried.accepted;
    found(plan.row) = Tuple(select(first, tried.width, found(plan.row)[0]),
                            select(first, tried.height, found(plan.row)[1]));
    plan.attempts.push_back(made);
    return found;
}

} // namespace haliclr::dsl
