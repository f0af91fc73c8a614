// Numeric limits of the pairwise losses' kernels that callers without Halide need too.
#pragma once

namespace haliclr::dsl {

// The kernels scale by the largest possible similarity, E = exp((S - 1)/temperature), so the
// smallest term is exp(-2/temperature). At 0.025 that is exp(-80), above fp32's least normal
// number, exp(-87.3); below it a row of which every other row points away could sum to zero.
constexpr float smallest_ntxent_temperature = 0.025f;

// Stored in steps of 1/32767, a similarity is off by up to 1.5e-5, an exponent of NT-Xent by that
// over the temperature, and a share of a row by a quarter of that: from here on under 4e-5.
constexpr double smallest_fixed_point_temperature = 0.1;

// Rows of unit vectors are filled up with zero columns to a multiple of this many.
constexpr int unit_row_alignment = 32;

// The buffer of a stripe of similarities is filled up to a multiple of this many rows and columns.
constexpr int stripe_alignment = 32;

// Rows shorter than this are divided by it instead of by their own norm (PyTorch's normalize).
constexpr float smallest_row_norm = 1e-12f;

// A positive must lead every negative by more than the rounding of a similarity to count as a hit,
// so that collapsed features, all similarities equal, have accuracy 0 on every device.
constexpr float least_similarity_lead = 1e-6f;

} // namespace haliclr::dsl
