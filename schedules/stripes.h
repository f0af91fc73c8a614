// When and where the sums and weights of stripes are computed, whatever the loss. Each function
// throws std::invalid_argument, in one line, for a tunable out of its range.
#pragma once

#include "dsl/stripes.h"

namespace haliclr::schedules {

// In both aggregates `block` is what the algorithm was built with (dsl::StripeSizes); it must
// divide dsl::stripe_alignment, to which the callers fill up their buffers.

struct StripesCpu {
    int block = 32;
    int vector = 8;     // lanes of a vector; must divide block
    int task_tiles = 8; // tiles side by side of a task (sums)
    int task_rows = 8;  // rows of a task (weights, gradient)
};

struct StripesGpu {
    int block = 32;
    int square = 4;    // rows of a thread's part of a tile of terms; must divide block
    int threads = 128; // of the stages that give each row or element a thread
};

// For vectors of so many lanes.
StripesCpu stripes_cpu_for(int lanes);

void stripe_sums_cpu(dsl::StripeSums &, const StripesCpu &);
void stripe_sums_cuda(dsl::StripeSums &, const StripesGpu &);
void stripe_sums_opencl(dsl::StripeSums &, const StripesGpu &);

void stripe_weights_cpu(dsl::StripeWeights &, const StripesCpu &);
void stripe_weights_cuda(dsl::StripeWeights &, const StripesGpu &);
void stripe_weights_opencl(dsl::StripeWeights &, const StripesGpu &);

void stripe_rows_cpu(dsl::StripeRows &, const StripesCpu &);
void stripe_rows_cuda(dsl::StripeRows &, const StripesGpu &);
void stripe_rows_opencl(dsl::StripeRows &, const StripesGpu &);

void stripe_gradient_cpu(dsl::StripeGradient &, const StripesCpu &);
void stripe_gradient_cuda(dsl::StripeGradient &, const StripesGpu &);
void stripe_gradient_opencl(dsl::StripeGradient &, const StripesGpu &);

} // namespace haliclr::schedules
