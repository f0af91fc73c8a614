// NT-Xent's kernels. Row blocks walk over the columns; where there are fewer of them than the GPU
// has room for, several share a row block and each takes a part of its columns.
#pragma once

#include "bench/cuda/ntxent_tile.h"
#include "bench/cuda/warp_row.h"

namespace haliclr::bench::cuda {

// Device memory of one call, carved out of the caller's workspace.
struct NtxentMemory {
    float *unit;          // [rows, columns]
    float *inverse_norms; // [rows]
    LogSum *partial_sums; // [parts, rows]
    float *log_sums;      // [rows], log2
    float *losses;        // [rows]
    float *gradients;     // [parts, rows, columns]
};

// The tiles of one block's columns.
struct ColumnPart {
    int begin, end;
};

__device__ inline ColumnPart column_part(int rows) {
    const int tiles = (rows + tile - 1) / tile, parts = static_cast<int>(gridDim.y);
    const int part = static_cast<int>(blockIdx.y);
    return {part * tiles / parts, (part + 1) * tiles / parts};
}

__global__ void unit_rows(const float *z, NtxentMemory memory, int rows) {
    const WarpRow at = warp_row();
    if (at.row >= rows) {
        return;
    }
    Four values = load_four(z + at.first);
    const float inverse = 1 / fmaxf(sqrtf(sum_of_lanes<warp>(dot(values, values))), 1e-12f);
    for (float &value : values.at) {
        value *= inverse;
    }
    store_four(memory.unit + at.first, values);
    if (at.lane == 0) {
        memory.inverse_norms[at.row] = inverse;
    }
}

__global__ void __launch_bounds__(threads, 2) row_sums(NtxentMemory memory, int rows, float scale) {
    extern __shared__ __align__(16) float shared[];
    float *const row_operand = shared, *const column_operand = shared + operand_floats;
    const int thread = static_cast<int>(threadIdx.x), first = static_cast<int>(blockIdx.x) * tile;
    const Place place = place_of(thread);
    LogSum sums[thread_rows];
    load_transposed(row_operand, memory.unit, first, rows, thread);
    const ColumnPart part = column_part(rows);
    for (int at = part.begin; at < part.end; ++at) {
        load_transposed(column_operand, memory.unit, at * tile, rows, thread);
        __syncthreads();
        add_similarities(sums, similarities(row_operand, column_operand, place),
                         {first, at * tile, rows, scale}, place);
        __syncthreads();
    }
    for (int r = 0; r < thread_rows; ++r) {
        for (int distance = across / 2; distance > 0; distance /= 2) {
            const LogSum other{__shfl_xor_sync(~0u, sums[r].largest, distance, across),
                               __shfl_xor_sync(~0u, sums[r].sum, distance, across)};
            sums[r] = merged(sums[r], other);
        }
        const int row = first + place.row + r;
        if (place.lane == 0 && row < rows) {
            memory.partial_sums[int64_t{blockIdx.y} * rows + row] = sums[r];
        }
    }
}

// Each row's sum from its parts, and its loss.
__global__ void row_losses(NtxentMemory memory, int rows, int parts, float scale) {
    const WarpRow at = warp_row();
    if (at.row >= rows) {
        return;
    }
    LogSum total;
    for (int part = 0; part < parts; ++part) {
        total = merged(total, memory.partial_sums[int64_t{part} * rows + at.row]);
    }
    const int other = (at.row + rows / 2) % rows;
    const float positive =
        sum_of_lanes<warp>(dot(load_four(memory.unit + at.first),
                               load_four(memory.unit + int64_t{other} * columns + 4 * at.lane)));
    if (at.lane == 0) {
        constexpr float ln2 = 0.693147181f;
        memory.log_sums[at.row] = log2_of(total);
        memory.losses[at.row] = ln2 * (memory.log_sums[at.row] - scale * positive);
    }
}

// One block: the losses' mean.
__global__ void __launch_bounds__(1024) mean_loss(NtxentMemory memory, int rows, float *loss) {
    __shared__ float warps[warp];
    const int thread = static_cast<int>(threadIdx.x);
    float sum = 0;
    for (int row = thread; row < rows; row += static_cast<int>(blockDim.x)) {
        sum += memory.losses[row];
    }
    sum = sum_of_lanes<warp>(sum);
    if (thread % warp == 0) {
        warps[thread / warp] = sum;
    }
    __syncthreads();
    if (thread < warp) {
        sum = sum_of_lanes<warp>(warps[thread]);
        if (thread == 0) {
            *loss = sum / static_cast<float>(rows);
        }
    }
}

__global__ void __launch_bounds__(threads, 2)
    row_gradients(NtxentMemory memory, int rows, float scale) {
    extern __shared__ __align__(16) float shared[];
    float *const row_operand = shared, *const column_operand = shared + operand_floats;
    float *const weights = shared + 2 * operand_floats;
    const int thread = static_cast<int>(threadIdx.x), first = static_cast<int>(blockIdx.x) * tile;
    const Place place = place_of(thread);
    Gradient gradient{};
    load_transposed(row_operand, memory.unit, first, rows, thread);
    const ColumnPart part = column_part(rows);
    for (int at = part.begin; at < part.end; ++at) {
        load_transposed(column_operand, memory.unit, at * tile, rows, thread);
        __syncthreads();
        store_weights(weights, similarities(row_operand, column_operand, place), memory.log_sums,
                      {first, at * tile, rows, scale}, place);
        __syncthreads();
        add_gradient(gradient, weights, column_operand, place);
        __syncthreads();
    }
    for (int r = 0; r < thread_rows; ++r) {
        const int row = first + place.row + r;
        for (int f = 0; f < thread_features && row < rows; ++f) {
            memory
                .gradients[(int64_t{blockIdx.y} * rows + row) * columns + place.lane + f * across] =
                gradient.at[r][f];
        }
    }
}

// The gradient in z from the parts of that in the unit rows u: (g - u (u g)) / |z|.
__global__ void finish_gradient(NtxentMemory memory, int rows, int parts, float factor,
                                float *result) {
    const WarpRow at = warp_row();
    if (at.row >= rows) {
        return;
    }
    Four sum{};
    for (int part = 0; part < parts; ++part) {
        const Four more = load_four(memory.gradients + int64_t{part} * rows * columns + at.first);
        for (int i = 0; i < 4; ++i) {
            sum.at[i] += more.at[i];
        }
    }
    const Four unit = load_four(memory.unit + at.first);
    const float along = sum_of_lanes<warp>(dot(unit, sum));
    const float scaled = factor * memory.inverse_norms[at.row];
    for (int i = 0; i < 4; ++i) {
        sum.at[i] = scaled * (sum.at[i] - unit.at[i] * along);
    }
    store_four(result + at.first, sum);
}

} // namespace haliclr::bench::cuda
