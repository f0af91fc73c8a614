// The schedules of stripes that the GPU back ends share; only their files include this one. Not
// timed on a GPU yet.
#pragma once

#include <stdexcept>
#include <string>
#include <tuple>

#include "dsl/pairwise_limits.h"
#include "schedules/stripes.h"

namespace haliclr::schedules::stripes_gpu {

using namespace Halide;

inline void check(const StripesGpu &tuned) {
    if (tuned.block < 1 || dsl::stripe_alignment % tuned.block != 0) {
        throw std::invalid_argument("[stripes] block = " + std::to_string(tuned.block) +
                                    " must divide " + std::to_string(dsl::stripe_alignment));
    }
    if (tuned.square < 1 || tuned.block % tuned.square != 0) {
        throw std::invalid_argument("[stripes] square = " + std::to_string(tuned.square) +
                                    " must divide block = " + std::to_string(tuned.block));
    }
    const int tile_threads = tuned.block * (tuned.block / tuned.square);
    if (tuned.threads < 1 || std::max(tuned.threads, tile_threads) > 256) {
        throw std::invalid_argument("[stripes] threads = " + std::to_string(tuned.threads) +
                                    ", block * block / square = " + std::to_string(tile_threads) +
                                    ": both must be in 1 .. 256");
    }
}

// A block of threads a tile: its terms in shared memory, then a thread a row and a column of it.
inline void sums(dsl::StripeSums &stripe, const StripesGpu &tuned) {
    check(tuned);
    const Var &i = stripe.i, &j = stripe.j, &a = stripe.a, &b = stripe.b, &row = stripe.row;
    const int size = tuned.block;
    Var thread{"thread"}, chunk{"chunk"};
    for (Func *positive : {&stripe.row_positive, &stripe.column_positive}) {
        positive->compute_root().gpu_tile(row, chunk, row, tuned.threads,
                                          TailStrategy::GuardWithIf);
    }
    stripe.tile_sums.compute_root()
        .bound(i, 0, size)
        .bound(stripe.side, 0, 2)
        .reorder(stripe.side, i, b, a)
        .unroll(stripe.side)
        .gpu_blocks(b, a)
        .gpu_threads(i);
    // The odd pitch keeps the threads of the row sums in different banks.
    stripe.terms.compute_at(stripe.tile_sums, b)
        .store_in(MemoryType::GPUShared)
        .bound(j, 0, size)
        .bound(i, 0, size)
        .align_storage(j, size + 1)
        .split(i, thread, i, tuned.square)
        .reorder(i, j, thread)
        .unroll(i)
        .gpu_threads(j, thread);
    for (auto [sums, within] :
         {std::tuple(&stripe.tile_rows, i), std::tuple(&stripe.tile_columns, j)}) {
        sums->compute_at(stripe.tile_sums, b).store_in(MemoryType::GPUShared).gpu_threads(within);
        sums->update().reorder(stripe.in_block, within).gpu_threads(within);
    }

    for (auto [totals, within, blocks, over] :
         {std::tuple(&stripe.row_totals, i, a, stripe.column_block),
          std::tuple(&stripe.column_totals, j, b, stripe.row_block)}) {
        totals->compute_root().bound(within, 0, size).gpu_blocks(blocks).gpu_threads(within);
        totals->update().reorder(over, within, blocks).gpu_blocks(blocks).gpu_threads(within);
    }
    for (Func *sums : {&stripe.row_sums, &stripe.column_sums}) {
        sums->compute_root().gpu_tile(row, chunk, row, tuned.threads, TailStrategy::GuardWithIf);
    }
}

inline void weights(dsl::StripeWeights &stripe, const StripesGpu &tuned) {
    check(tuned);
    Var chunk{"chunk"};
    stripe.row_of.compute_root().gpu_tile(stripe.row, chunk, stripe.row, tuned.threads,
                                          TailStrategy::GuardWithIf);
    stripe.column_of.compute_root().gpu_tile(stripe.column, chunk, stripe.column, tuned.threads,
                                             TailStrategy::GuardWithIf);
    // A tail that is shifted inwards would weigh a weight where the output is the input.
    stripe.weights.compute_root()
        .split(stripe.column, chunk, stripe.column, tuned.threads, TailStrategy::GuardWithIf)
        .gpu_blocks(chunk, stripe.row)
        .gpu_threads(stripe.column);
}

inline void rows(dsl::StripeRows &rows, const StripesGpu &tuned) {
    check(tuned);
    Var chunk{"block"};
    rows.row_state.compute_root()
        .bound(rows.c, 0, 3)
        .reorder(rows.c, rows.row)
        .unroll(rows.c)
        .gpu_tile(rows.row, chunk, rows.row, tuned.threads, TailStrategy::GuardWithIf);
    rows.row_statistics.compute_root()
        .bound(rows.statistic, 0, 3)
        .reorder(rows.statistic, rows.row)
        .unroll(rows.statistic)
        .gpu_tile(rows.row, chunk, rows.row, dsl::StripeRows::chunk_rows, TailStrategy::RoundUp);
    rows.chunk_statistics.compute_root()
        .bound(rows.statistic, 0, 3)
        .gpu_blocks(rows.chunk)
        .gpu_threads(rows.statistic);
    rows.chunk_statistics.update()
        .reorder(rows.in_chunk, rows.statistic, rows.chunk)
        .gpu_blocks(rows.chunk)
        .gpu_threads(rows.statistic);
    rows.statistics.compute_root().gpu_single_thread();
    rows.statistics_sum.compute_at(rows.statistics, rows.statistic);
}

inline void gradient(dsl::StripeGradient &rows, const StripesGpu &tuned) {
    check(tuned);
    Var chunk{"chunk"};
    const Var &row = rows.row, &d = rows.d;
    rows.projection.compute_root().gpu_tile(row, chunk, row, tuned.threads,
                                            TailStrategy::GuardWithIf);
    rows.projection.update()
        .reorder(rows.column, row)
        .gpu_tile(row, chunk, row, tuned.threads, TailStrategy::GuardWithIf);
    rows.dz.compute_root()
        .split(d, chunk, d, tuned.threads, TailStrategy::GuardWithIf)
        .reorder(d, row, chunk)
        .gpu_blocks(row, chunk)
        .gpu_threads(d);
}

} // namespace haliclr::schedules::stripes_gpu
