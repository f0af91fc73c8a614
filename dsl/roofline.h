// What a device can do at most, as kernels whose work is known: a copy for its memory, chains of
// multiply-adds for its arithmetic, products of fragments for its tensor cores.
#pragma once

#include "Halide.h"
#include "dsl/roofline_limits.h"
#include "dsl/tensor_core.h"

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

// A warp's products D := A B + D in accumulators that do not wait for one another, from c in
// accumulator c. Register r of A and of B holds start(lane, warp) + r in all elements of its word.
struct RooflineProducts {
    Halide::Var lane{"lane"}, warp{"warp"}, reg{"reg"}, c{"c"};
    Halide::RDom step;               // x: within a round, y: rounds
    Halide::Func factors{"factors"}; // (reg, lane, warp) words of A, the first ones also of B
    Halide::Func product{"product"}; // (lane, c, warp) D's registers
    Halide::Func total{"total"};     // (lane, warp) output: the sum of all registers

    RooflineProducts(const Halide::Func &start, const Halide::Expr &rounds, const TensorCore &core);
};

} // namespace haliclr::dsl
