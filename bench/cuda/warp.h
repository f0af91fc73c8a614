// Sums over the lanes of a warp.
#pragma once

namespace haliclr::bench::cuda {

constexpr int warp = 32;

// In every lane of groups of `width`, in a fixed order.
template <int width>
__device__ float sum_of_lanes(float value) {
    for (int distance = width / 2; distance > 0; distance /= 2) {
        value += __shfl_xor_sync(~0u, value, distance, width);
    }
    return value;
}

} // namespace haliclr::bench::cuda
