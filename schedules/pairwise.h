// When and where the pairwise algorithms run, whatever the loss. Each function throws
// std::invalid_argument, in one line, for a tunable out of its range.
#pragma once

#include "dsl/pairwise.h"

namespace haliclr::schedules {

// In both aggregates block_rows is what the algorithm was built with (dsl::PairwiseSizes).

struct PairwiseCpu {
    int block_rows = 48;
    int vector = 8;           // lanes of a vector
    int register_vectors = 2; // vectors of a register block; times `vector`, must divide block_rows
    int register_rows = 6;    // rows of a register block; must divide block_rows
    int sum_offsets = 8;      // offsets whose sums are held at once (forward)
    int weight_offsets = 2;   // offsets whose weights are held at once (backward)
};

// The register block that fits the registers which come with vectors of so many floats.
PairwiseCpu pairwise_cpu_for(int vector);

struct PairwiseGpu {
    int block_rows = 32;
    int register_rows = 4;    // rows and columns of a thread's square of S; must divide block_rows
    int register_columns = 4; // columns of D of a thread (backward)
    int sum_offsets = 16;     // as in PairwiseCpu
    int weight_offsets = 16;
};

void pairwise_tiles_cpu(dsl::PairwiseTiles &, const PairwiseCpu &);
void pairwise_tiles_cuda(dsl::PairwiseTiles &, const PairwiseGpu &);
void pairwise_tiles_opencl(dsl::PairwiseTiles &, const PairwiseGpu &);

void pairwise_forward_cpu(dsl::PairwiseForward &, const PairwiseCpu &);
void pairwise_forward_cuda(dsl::PairwiseForward &, const PairwiseGpu &);
void pairwise_forward_opencl(dsl::PairwiseForward &, const PairwiseGpu &);

void pairwise_backward_cpu(dsl::PairwiseBackward &, const PairwiseCpu &);
void pairwise_backward_cuda(dsl::PairwiseBackward &, const PairwiseGpu &);
void pairwise_backward_opencl(dsl::PairwiseBackward &, const PairwiseGpu &);

} // namespace haliclr::schedules
