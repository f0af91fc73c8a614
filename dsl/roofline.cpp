// The algorithms of dsl/roofline.h.
#include "dsl/roofline.h"

namespace haliclr::dsl {

using namespace Halide;

RooflineCopy::RooflineCopy(const Func &source) {
    target(x) = source(x);
}

RooflineChains::RooflineChains(const Func &start, const Expr &factor, const Expr &addend,
                               const Expr &rounds)
    : step({{0, roofline_steps}, {0, rounds}}, "step") {
    chain(i, c) = start(i) + cast<float>(c);
    // The steps differ in nothing, so the domain appears only as a count.
    chain(i, c) = chain(i, c) * factor + addend + 0.0f * cast<float>(step.x + step.y);
    Expr sum = chain(i, 0);
    for (int other = 1; other < roofline_chains; ++other) {
        sum += chain(i, other);
    }
    total(i) = sum;
}

RooflineProducts::RooflineProducts(const Func &start, const Expr &rounds, const TensorCore &core)
    : step({{0, roofline_steps}, {0, rounds}}, "step") {
    factors(reg, lane, warp) =
        core.word(std::vector<Expr>(core.elements(), start(lane, warp) + cast<float>(reg)));
    const auto factor = [&](const Expr &in, int r) { return factors(r, in, warp); };
    const auto nothing = 0.0f * cast<float>(step.x + step.y); // as in a chain
    product(lane, c, warp) = Tuple(std::vector<Expr>(TensorCore::d_registers, cast<float>(c)));
    const auto added = core.multiply_add(
        factor, factor, [&](const Expr &in, int r) { return product(in, c, warp)[r] + nothing; },
        lane);
    product(lane, c, warp) = Tuple(std::vector<Expr>(added.begin(), added.end()));
    Expr sum = 0.0f;
    for (int accumulator = 0; accumulator < roofline_accumulators; ++accumulator) {
        for (int r = 0; r < TensorCore::d_registers; ++r) {
            sum += product(lane, accumulator, warp)[r];
        }
    }
    total(lane, warp) = sum;
}

} // namespace haliclr::dsl
