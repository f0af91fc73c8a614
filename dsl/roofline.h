// What a device can do at most, as two kernels whose work is known: a copy for its memory, chains
// of multiply-adds for its arithmetic.
#pragma once

#include "Halide.h"
#include "dsl/roofline_limits.h"

namespace haliclr::dsl {

struct RooflineCopy {
    Halide::Var x{"x"};
    Halide::Func target{"target"}; // (x) output: the source

    explicit RooflineCopy(const Halide::Func &source);
};

// Chains that do not wait for one another, so that the units stay busy although each step needs the
// one before: x := factor x + addend, from start(i) + c in chain c, roofline_steps times a round.
struct RooflineChains {
    Halide::Var i{"i"}, c{"c"};
    Halide::RDom step;           // x: within a round, y: rounds
    Halide::Func chain{"chain"}; // (i, c)
    Halide::Func total{"total"}; // (i) output: the sum of the chains

    RooflineChains(const Halide::Func &start, const Halide::Expr &factor,
                   const Halide::Expr &addend, const Halide::Expr &rounds);
};

} // namespace haliclr::dsl
