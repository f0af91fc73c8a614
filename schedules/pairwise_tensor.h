// When and where the pairwise algorithms on tensor cores run. The same schedule serves CUDA and,
// with the intrinsics spelled out, OpenCL. Each function throws std::invalid_argument, in one line,
// for a tunable out of its range.
#pragma once

#include "dsl/pairwise_tensor.h"

namespace haliclr::schedules {

struct PairwiseTensor {
    int block_rows = 64;      // what the algorithm was built with; a multiple of 32
    int warp_strips = 2;      // 16-row strips of a warp's part of a tile; must divide the tile's
    int warp_half_strips = 4; // 8-column strips of it: 1, 2 or 4
    int sum_offsets = 16;     // as in PairwiseGpu
    int weight_offsets = 16;
};

void pairwise_tensor_forward(dsl::TensorForward &, const PairwiseTensor &);
void pairwise_tensor_backward(dsl::TensorBackward &, const PairwiseTensor &);

} // namespace haliclr::schedules
