// Kernels that give each row of an embedding a warp.
#pragma once

#include "bench/cuda/ntxent_tile.h"
#include "bench/cuda/warp.h"

#include <cstdint>

namespace haliclr::bench::cuda {

__device__ inline float dot(const Four &a, const Four &b) {
    float sum = 0;
    for (int i = 0; i < 4; ++i) {
        sum += a.at[i] * b.at[i];
    }
    return sum;
}

// A warp a row, four features a lane.
struct WarpRow {
    int row, lane;
    int64_t first; // of the lane's features in [rows, columns]
};

__device__ inline WarpRow warp_row() {
    static_assert(columns == 4 * warp);
    const int thread = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
    const int row = thread / warp, lane = thread % warp;
    return {row, lane, int64_t{row} * columns + 4 * lane};
}

} // namespace haliclr::bench::cuda
