// An exponential for arguments that are not positive: half the operations of Halide::exp, which
// tests for overflow, and rounds down rather than to the nearest, in halves of a 512-bit vector.
#pragma once

#include "Halide.h"

namespace haliclr::dsl {

// e^x of a float32 x of at most 0.3, and 0 below -87.3, where it leaves the normal numbers; of NaN,
// NaN. Its relative error is at most 2^-23 (1 + 5|x|/8); rounding x itself costs as much, up to
// 2^-24 |x|. 2^f as a polynomial of degree 6 that fits within 2e-9 for |f| <= 1/2.
Halide::Expr bounded_exponential(const Halide::Expr &x);

} // namespace haliclr::dsl
