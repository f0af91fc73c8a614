// float16 and bfloat16 by their bits, so that every back end can read and write them, also one
// without such a type.
#pragma once

#include "Halide.h"

namespace haliclr::dsl {

// A constant of 32 bits.
Halide::Expr bits(uint32_t value);

enum class Precision { float32, bfloat16, float16 };

// The element type of a buffer: float32, or uint16 that holds the bits.
Halide::Type storage_type(Precision precision);

// A stored element as float32, exact: subnormals, infinities and NaNs included.
Halide::Expr widened(const Halide::Expr &stored, Precision precision);

// A float32 as it is stored: rounded to nearest, ties to even; to infinity beyond the largest.
Halide::Expr narrowed(const Halide::Expr &value, Precision precision);

} // namespace haliclr::dsl
