// The views' kernels.
#pragma once

#include "bench/cuda/views_block.h"
#include "bench/cuda/warp.h"

namespace haliclr::bench::cuda {

static_assert(view_tile == warp);

// The Block of views_tile.h whose threads are the GPU's.
class DeviceBlock {
public:
    __device__ DeviceBlock(ViewPlan &plan_memory, float *sums)
        : plan_memory(plan_memory), sums(sums) {}

    __device__ int index() const { return static_cast<int>(blockIdx.x); }

    template <typename Step>
    __device__ void each(const Step &step) {
        step(thread, own);
    }

    // Made by one thread; in shared memory it costs the others no registers.
    __device__ const ViewPlan &plan(const HaliclrViews &problem, int view) {
        if (thread == 0) {
            plan_memory = plan_of(problem, view);
        }
        barrier();
        return plan_memory;
    }

    __device__ void barrier() const { __syncthreads(); }

    template <typename Value>
    __device__ float sum(const Value &value) {
        const float part = sum_of_lanes<warp>(value(thread, own));
        if (thread % warp == 0) {
            sums[thread / warp] = part;
        }
        barrier();
        float total = 0;
        for (int i = 0; i < view_warps; ++i) {
            total += sums[i];
        }
        barrier(); // the next sum overwrites these
        return total;
    }

private:
    const int thread = static_cast<int>(threadIdx.x);
    ViewPlan &plan_memory;
    float *const sums;
    ViewThread own;
};

// The registers of four blocks a multiprocessor.
__global__ void __launch_bounds__(view_threads, 4)
    whole_views(const __grid_constant__ HaliclrViews problem) {
    constexpr int blur = blur_floats(1);
    __shared__ float shared[blur > chunk_floats ? blur : chunk_floats], sums[view_warps];
    __shared__ ViewPlan plan;
    DeviceBlock block(plan, sums);
    whole_view(block, problem, shared);
}

__global__ void __launch_bounds__(view_threads, 4)
    first_of_tiles(const __grid_constant__ HaliclrViews problem) {
    __shared__ float shared[chunk_floats], sums[view_warps];
    __shared__ ViewPlan plan;
    DeviceBlock block(plan, sums);
    first_of_tile(block, problem, shared);
}

__global__ void __launch_bounds__(view_threads, 4)
    rest_of_tiles(const __grid_constant__ HaliclrViews problem) {
    extern __shared__ float shared[];
    __shared__ float sums[view_warps];
    __shared__ ViewPlan plan;
    DeviceBlock block(plan, sums);
    rest_of_tile(block, problem, shared);
}

} // namespace haliclr::bench::cuda
