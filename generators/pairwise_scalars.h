// The numbers of a pairwise loss as a kernel is given them.
#pragma once

#include "dsl/exponential.h"
#include "dsl/pairwise_loss.h"

namespace haliclr {

// In the element type. On CPUs an exponential in float32 is our own, as the similarities of unit
// rows keep it from overflowing.
inline dsl::PairwiseScalars
pairwise_scalars(const Halide::Type &element, const Halide::Target &target,
                 const Halide::Expr &inverse_temperature, const Halide::Expr &margin,
                 const Halide::Expr &semi_hard, const Halide::Expr &rows) {
    dsl::PairwiseScalars scalars{cast(element, inverse_temperature), cast(element, margin),
                                 semi_hard, rows};
    if (element == Halide::Float(32) && !target.has_gpu_feature()) {
        scalars.exponential = dsl::bounded_exponential;
    }
    return scalars;
}

} // namespace haliclr
