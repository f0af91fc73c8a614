// NT-Xent's launches. Unlike the compiled kernels these compute both halves of the symmetric
// similarities: a plain, well-tiled fp32 implementation.
#include "bench/cuda/baselines.h"
#include "bench/cuda/ntxent_kernels.h"

#include <algorithm>

namespace haliclr::bench::cuda {

namespace {

constexpr int most_parts = 16;
constexpr int rows_per_block = 8; // of the kernels that give a row a warp

int blocks_of(int count, int size) {
    return (count + size - 1) / size;
}

NtxentMemory carved(float *workspace, int64_t rows) {
    NtxentMemory memory{};
    memory.unit = workspace;
    memory.gradients = memory.unit + rows * columns;
    memory.partial_sums =
        reinterpret_cast<LogSum *>(memory.gradients + most_parts * rows * columns);
    memory.inverse_norms = reinterpret_cast<float *>(memory.partial_sums + most_parts * rows);
    memory.log_sums = memory.inverse_norms + rows;
    memory.losses = memory.log_sums + rows;
    return memory;
}

// Enough for two blocks a multiprocessor.
int parts_of(int row_blocks) {
    int device = 0, processors = 1;
    cudaGetDevice(&device);
    cudaDeviceGetAttribute(&processors, cudaDevAttrMultiProcessorCount, device);
    return std::clamp(2 * processors / row_blocks, 1, std::min(most_parts, row_blocks));
}

template <typename Kernel>
cudaError_t allow_shared(Kernel *kernel, int bytes) {
    return cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes);
}

} // namespace

} // namespace haliclr::bench::cuda

extern "C" int64_t haliclr_cuda_ntxent_workspace(int rows) {
    using namespace haliclr::bench::cuda;
    constexpr int64_t sums = 2 * most_parts + 3, features = (1 + most_parts) * columns;
    return rows * (sums + features);
}

extern "C" int haliclr_cuda_ntxent(const HaliclrNtxent *problem, void *stream) {
    using namespace haliclr::bench::cuda;
    constexpr int sums_bytes = 2 * operand_floats * static_cast<int>(sizeof(float));
    constexpr int gradient_bytes = sums_bytes + weight_floats * static_cast<int>(sizeof(float));
    constexpr int row_threads = rows_per_block * warp;
    const auto on = static_cast<cudaStream_t>(stream);
    const int rows = problem->rows, row_blocks = blocks_of(rows, tile);
    const int parts = parts_of(row_blocks), warp_blocks = blocks_of(rows, rows_per_block);
    const float scale = 1.44269504f / problem->temperature;
    const NtxentMemory memory = carved(problem->workspace, rows);
    const dim3 grid(row_blocks, parts);
    if (const cudaError_t error = allow_shared(row_sums, sums_bytes); error != cudaSuccess) {
        return error;
    }
    unit_rows<<<warp_blocks, row_threads, 0, on>>>(problem->z, memory, rows);
    row_sums<<<grid, threads, sums_bytes, on>>>(memory, rows, scale);
    row_losses<<<warp_blocks, row_threads, 0, on>>>(memory, rows, parts, scale);
    mean_loss<<<1, 1024, 0, on>>>(memory, rows, problem->loss);
    if (problem->gradient != nullptr) {
        if (const cudaError_t error = allow_shared(row_gradients, gradient_bytes);
            error != cudaSuccess) {
            return error;
        }
        row_gradients<<<grid, threads, gradient_bytes, on>>>(memory, rows, scale);
        finish_gradient<<<warp_blocks, row_threads, 0, on>>>(
            memory, rows, parts, 1 / (static_cast<float>(rows) * problem->temperature),
            problem->gradient);
    }
    return cudaGetLastError();
}
