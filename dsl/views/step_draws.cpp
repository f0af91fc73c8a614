// Random numbers of one step: words of Philox blocks, by the operator and its occurrence.
#include "dsl/views/operators.h"

#include "dsl/philox.h"

#include <utility>

namespace haliclr::dsl {

using Halide::cast;
using Halide::Expr;
using Halide::Func;
using Halide::strict_float;

namespace {

constexpr uint32_t blocks_per_occurrence = 256;

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

std::vector<Expr> StepDraws::block(const Expr &index) const {
    const Expr own = cast<uint32_t>(index) + Expr(blocks_per_occurrence * step.occurrence);
    const auto words = philox4x32({counter[0], counter[1], counter[2], own}, {seed_low, seed_high});
    return {words.begin(), words.end()};
}

Expr StepDraws::word(RandomWord which) const {
    if (step.occurrence == 0 && which.block < Draws::block_count) {
        return plan.words(which.block, plan.row)[which.index];
    }
    return block(which.block)[which.index];
}

Expr StepDraws::taken(RandomWord which) const {
    return happens(word(which), number(0));
}

Expr StepDraws::between(RandomWord which, int low) const {
    return strict_float(uniform_between(word(which), number(low), number(low + 1)));
}

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

} // namespace haliclr::dsl
