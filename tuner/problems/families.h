// The families of problems; make_problem() picks among them.
#pragma once

#include "tuner/problem.h"

#include <random>

namespace haliclr::tuner {

std::unique_ptr<Problem> draws_problem(const Kernel &, const Shape &);
std::unique_ptr<Problem> views_problem(const Kernel &, const Shape &, const Inputs &,
                                       uint64_t seed);
std::unique_ptr<Problem> pairwise_problem(const Kernel &, const Shape &, const Machine &,
                                          uint64_t seed); // and unit_rows
std::unique_ptr<Problem> stripes_problem(const Kernel &, const Shape &, uint64_t seed);
std::unique_ptr<Problem> update_problem(const Kernel &, const Shape &, uint64_t seed);

// The side of the views that this kernel makes.
int view_side(const Kernel &kernel, const Shape &shape);

// "3x5, 40x17", height before width; only the first where all are equal.
std::string image_sizes(const Shape &shape);

// Uniform random numbers in a range.
inline void fill(Halide::Buffer<float> &buffer, uint64_t seed, float low, float high) {
    std::mt19937_64 random(seed);
    std::uniform_real_distribution<float> number(low, high);
    buffer.for_each_value([&](float &value) { value = number(random); });
}

// Random rows of about unit length, filled up with zero columns as the kernel unit_rows does. Their
// similarities are exact in float32, in whichever order they are added up: no comparison of a loss
// turns on rounding.
Halide::Buffer<float> unit_rows(int columns, int rows, uint64_t seed);
int filled_columns(int columns);

// Plausible per-row state of the forward pass: positive similarity, factor, slope.
void fill_row_state(Halide::Buffer<float> &state, float inverse_temperature);

} // namespace haliclr::tuner
