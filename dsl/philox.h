// Random numbers that depend on nothing but a key and a counter: Philox4x32-10, as Halide
// expressions. Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3",
// SC 2011.
#pragma once

#include <array>

#include <Halide.h>

namespace haliclr::dsl {

// Four random words (uint32) for a counter of four words and a key of two.
std::array<Halide::Expr, 4> philox4x32(std::array<Halide::Expr, 4> counter,
                                       std::array<Halide::Expr, 2> key);

// A float in [0, 1): the word's upper 24 bits.
Halide::Expr unit_uniform(const Halide::Expr &word);

// A float between low and high.
Halide::Expr uniform_between(const Halide::Expr &word, const Halide::Expr &low,
                             const Halide::Expr &high);

// An int32 in [0, count), count >= 1, by a multiplication of 64 bits.
Halide::Expr uniform_below(const Halide::Expr &word, const Halide::Expr &count);

// True with this probability: always at 1, never at 0.
Halide::Expr happens(const Halide::Expr &word, const Halide::Expr &probability);

} // namespace haliclr::dsl
