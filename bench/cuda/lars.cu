// LARS over many tensors in two launches: squares of each chunk, then the update. Sums are taken in
// a fixed order, so that equal inputs give equal results.
#include "bench/cuda/lars_chunk.h"
#include "bench/cuda/warp.h"

namespace haliclr::bench::cuda {

namespace {

// In every lane.
__device__ Squares sum_of_warp(const Squares &part) {
    return {sum_of_lanes<warp>(part.weight), sum_of_lanes<warp>(part.under)};
}

__global__ void __launch_bounds__(lars_threads)
    chunk_squares(const __grid_constant__ HaliclrLars problem) {
    __shared__ float weight[lars_threads / warp], under[lars_threads / warp];
    const HaliclrLarsChunk chunk = problem.chunks[blockIdx.x];
    const int thread = static_cast<int>(threadIdx.x), lane = thread % warp;
    const Squares part =
        sum_of_warp(squares_of(problem, problem.tensors[chunk.tensor], chunk.first, thread));
    if (lane == 0) {
        weight[thread / warp] = part.weight;
        under[thread / warp] = part.under;
    }
    __syncthreads();
    if (thread < warp) {
        const bool used = lane < lars_threads / warp;
        const Squares total = sum_of_warp(used ? Squares{weight[lane], under[lane]} : Squares{});
        if (lane == 0) {
            problem.workspace[2 * blockIdx.x] = total.weight;
            problem.workspace[2 * blockIdx.x + 1] = total.under;
        }
    }
}

// The first warp adds the squares of all chunks of the tensor; each block does so for itself, as
// there are at most a few hundred.
__global__ void __launch_bounds__(lars_threads)
    update_chunks(const __grid_constant__ HaliclrLars problem) {
    __shared__ float rate;
    const HaliclrLarsChunk chunk = problem.chunks[blockIdx.x];
    const HaliclrLarsTensor tensor = problem.tensors[chunk.tensor];
    const int thread = static_cast<int>(threadIdx.x);
    if (thread < warp) {
        Squares part;
        for (int i = thread; i < tensor.chunks; i += warp) {
            const float *const squares = problem.workspace + 2 * (tensor.first_chunk + i);
            part = part + Squares{squares[0], squares[1]};
        }
        const Squares total = sum_of_warp(part);
        if (thread == 0) {
            rate = local_rate(problem, total);
        }
    }
    __syncthreads();
    update_chunk(problem, tensor, chunk.first, thread, rate);
}

} // namespace

} // namespace haliclr::bench::cuda

extern "C" int64_t haliclr_cuda_lars_chunk() {
    return haliclr::bench::cuda::lars_chunk;
}

extern "C" int haliclr_cuda_lars(const HaliclrLars *problem, void *stream) {
    using namespace haliclr::bench::cuda;
    const auto on = static_cast<cudaStream_t>(stream);
    chunk_squares<<<problem->chunk_count, lars_threads, 0, on>>>(*problem);
    update_chunks<<<problem->chunk_count, lars_threads, 0, on>>>(*problem);
    return cudaGetLastError();
}
