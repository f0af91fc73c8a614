// The schedules of NT-Xent that the GPU back ends share; only their files include this one.
//
// A block of threads takes a pair of row blocks (forward) or one row block against all others
// (backward). A thread holds a square of S in registers and reads the unit rows, runs of four
// floats, from global memory through the first-level cache, so that any number of columns fits.
// Sums go to scratch and are added in a fixed order; there are no atomics and no communication
// between lanes.
#pragma once

#include "schedules/ntxent.h"

#include <stdexcept>
#include <string>

namespace haliclr::schedules {

namespace ntxent_gpu {

using namespace Halide;

// What a block of threads may use on every device of a back end.
struct Limits {
    int threads;
    int shared_bytes;
};

constexpr int row_threads = 128; // of the stages that give each row a thread

inline void require(bool holds, const std::string &what) {
    if (!holds) {
        throw std::invalid_argument("[ntxent] " + what);
    }
}

inline void check(const NtXentGpu &tuned, const Limits &limits) {
    const int size = tuned.block_rows, square = tuned.register_rows;
    require(square >= 1 && size >= 1 && size % square == 0,
            "register_rows = " + std::to_string(square) +
                " must divide block_rows = " + std::to_string(size));
    const int threads = (size / square) * (size / square);
    require(threads <= limits.threads,
            "block_rows = " + std::to_string(size) +
                " with register_rows = " + std::to_string(square) + " needs " +
                std::to_string(threads) + " threads a block; at most " +
                std::to_string(limits.threads) + " exist, so raise register_rows");
    // Three floats a pair of rows and three sums a row and side.
    const int bytes = (3 * size * size + 6 * size) * 4;
    require(bytes <= limits.shared_bytes,
            "block_rows = " + std::to_string(size) + " needs " + std::to_string(bytes) +
                " bytes of shared memory; at most " + std::to_string(limits.shared_bytes) +
                " exist, so lower block_rows");
    require(tuned.offsets >= 1,
            "offsets = " + std::to_string(tuned.offsets) + " must be at least 1");
    require(tuned.register_columns >= 1,
            "register_columns = " + std::to_string(tuned.register_columns) + " must be at least 1");
}

// A thread adds up its square of S over all of D; both factors are runs of rows in unit_rows.
inline void dot_product(Func &similarity, const Func &at, const Var &thread, const Var &lane,
                        const Var &row, const RVar &column) {
    similarity.compute_at(at, thread).store_in(MemoryType::Register).vectorize(lane).unroll(row);
    similarity.update().reorder(lane, row, column).vectorize(lane).unroll(row);
}

// A tile of pairs in shared memory, a square a thread.
inline void tile(Func &pairs, const Var &lane, const Var &row, const Var &lane_thread,
                 const Var &row_thread, const NtXentGpu &tuned) {
    pairs.store_in(MemoryType::GPUShared)
        .bound(lane, 0, tuned.block_rows)
        .bound(row, 0, tuned.block_rows)
        .split(lane, lane_thread, lane, tuned.register_rows)
        .split(row, row_thread, row, tuned.register_rows)
        .reorder(lane, row, lane_thread, row_thread)
        .vectorize(lane)
        .unroll(row)
        .gpu_threads(lane_thread, row_thread);
}

// A thread a row of a block, a block of threads a block of rows.
inline void by_rows(Stage stage, const Var &i, const Var &b) {
    stage.gpu_blocks(b).gpu_threads(i);
}

// Not timed on a GPU yet. PTX for sm_80 and sm_90: no spills, at most 48 registers a thread.
inline void forward(dsl::NtXentForward &ntxent, const NtXentGpu &tuned, const Limits &limits) {
    check(tuned, limits);
    const Var &i = ntxent.i, &j = ntxent.j, &d = ntxent.d, &b = ntxent.b, &o = ntxent.o;
    const int size = tuned.block_rows;
    Var lane_thread{"lane_thread"}, row_thread{"row_thread"}, chunk{"chunk"};
    RVar group{"group"}, member{"member"};

    ntxent.inverse_norms.compute_root().gpu_tile(i, chunk, i, row_threads,
                                                 TailStrategy::GuardWithIf);
    ntxent.unit_rows.compute_root()
        .bound(i, 0, size)
        .reorder(i, d, b)
        .gpu_blocks(d, b)
        .gpu_threads(i);

    by_rows(ntxent.totals.compute_root().bound(i, 0, size), i, b);
    ntxent.totals.update()
        .split(ntxent.offset, group, member, tuned.offsets, TailStrategy::GuardWithIf)
        .reorder(member, i, b, group)
        .gpu_blocks(b)
        .gpu_threads(i);
    ntxent.pair_sums.compute_at(ntxent.totals, group)
        .bound(i, 0, size)
        .bound(ntxent.side, 0, 2)
        .reorder(ntxent.side, i, b, o)
        .unroll(ntxent.side)
        .gpu_blocks(b, o)
        .gpu_threads(i);
    tile(ntxent.terms.compute_at(ntxent.pair_sums, b), j, i, lane_thread, row_thread, tuned);
    dot_product(ntxent.similarity, ntxent.terms, lane_thread, j, i, ntxent.column);
    for (Func *side : {&ntxent.row_sums, &ntxent.column_sums}) {
        const Var &row = side == &ntxent.row_sums ? i : j;
        side->compute_at(ntxent.pair_sums, b).store_in(MemoryType::GPUShared).gpu_threads(row);
        side->update().reorder(ntxent.block_row, row).gpu_threads(row);
    }

    by_rows(ntxent.row_statistics.compute_root()
                .bound(i, 0, size)
                .bound(ntxent.statistic, 0, 3)
                .reorder(ntxent.statistic, i, b)
                .unroll(ntxent.statistic),
            i, b);
    ntxent.positive.compute_at(ntxent.row_statistics, i);
    ntxent.block_statistics.compute_root().bound(ntxent.statistic, 0, 3);
    by_rows(ntxent.block_statistics, ntxent.statistic, b);
    by_rows(ntxent.block_statistics.update().reorder(ntxent.block_row, ntxent.statistic, b),
            ntxent.statistic, b);
    ntxent.statistics.compute_root().gpu_single_thread();
    ntxent.statistics_sum.compute_at(ntxent.statistics, ntxent.statistic);
    ntxent.sums.compute_root().gpu_tile(i, chunk, i, row_threads, TailStrategy::GuardWithIf);
}

// Not timed on a GPU yet. PTX for sm_80 and sm_90: no spills, at most 54 registers a thread.
inline void backward(dsl::NtXentBackward &ntxent, const NtXentGpu &tuned, const Limits &limits) {
    check(tuned, limits);
    const Var &i = ntxent.i, &j = ntxent.j, &d = ntxent.d, &b = ntxent.b, &row = ntxent.row;
    const int size = tuned.block_rows;
    Var lane_thread{"lane_thread"}, row_thread{"row_thread"}, chunk{"chunk"};

    ntxent.unit_rows.compute_root()
        .bound(i, 0, size)
        .reorder(i, d, b)
        .gpu_blocks(d, b)
        .gpu_threads(i);
    by_rows(ntxent.inverse_sums.compute_root().bound(i, 0, size), i, b);

    // The sum over the blocks stays in global memory: registers that outlive a barrier loop would
    // be allocated for the whole block of threads.
    ntxent.product.compute_root()
        .bound(i, 0, size)
        .reorder(i, d, b)
        .gpu_blocks(d, b)
        .gpu_threads(i);
    Var column_thread{"column_thread"}, columns{"columns"};
    const int column_threads = size / tuned.register_rows;
    ntxent.product.update()
        .split(i, lane_thread, i, tuned.register_rows)
        .split(d, d, columns, tuned.register_columns, TailStrategy::RoundUp)
        .split(d, d, column_thread, column_threads, TailStrategy::RoundUp)
        .reorder(i, columns, d, lane_thread, column_thread, ntxent.block, b)
        .vectorize(i)
        .unroll(columns)
        .gpu_threads(lane_thread, column_thread)
        .gpu_blocks(b);
    ntxent.block_product.compute_at(ntxent.product, d)
        .store_in(MemoryType::Register)
        .vectorize(i)
        .unroll(d);
    ntxent.block_product.update().reorder(i, d, ntxent.block_row).vectorize(i).unroll(d);
    tile(ntxent.weight.compute_at(ntxent.product, ntxent.block), i, j, lane_thread, row_thread,
         tuned);
    dot_product(ntxent.similarity, ntxent.weight, lane_thread, i, j, ntxent.column);

    ntxent.unit_gradient.compute_root()
        .bound(i, 0, size)
        .reorder(i, d, b)
        .gpu_blocks(d, b)
        .gpu_threads(i);
    by_rows(ntxent.projection.compute_root().bound(i, 0, size), i, b);
    by_rows(ntxent.projection.update().reorder(ntxent.column, i, b), i, b);
    ntxent.dz.compute_root()
        .split(d, chunk, d, row_threads, TailStrategy::GuardWithIf)
        .reorder(d, row, chunk)
        .gpu_blocks(row, chunk)
        .gpu_threads(d);
}

} // namespace ntxent_gpu

} // namespace haliclr::schedules
