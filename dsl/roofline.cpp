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

} // namespace haliclr::dsl
