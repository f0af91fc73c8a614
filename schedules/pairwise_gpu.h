// The schedules of pairwise losses that the GPU back ends share; only their files include this one.
//
// A block of threads takes a tile of pairs. A thread holds a square of S in registers and reads the
// packed unit rows, runs of four floats, from global memory through the first-level cache, so that
// any number of columns fits. Sums go to scratch and are added in a fixed order; there are no
// atomics and no communication between lanes.
#pragma once

#include "dsl/pairwise_limits.h"
#include "schedules/pairwise.h"

#include <algorithm>
#include <numeric>
#include <stdexcept>
#include <string>

namespace haliclr::schedules {

namespace pairwise_gpu {

using namespace Halide;

// What a block of threads may use on every device of a back end.
struct Limits {
    int threads;
    int shared_bytes;
};

constexpr int row_threads = 128; // of the stages that give each row a thread
constexpr int most_unrolled = 4; // terms of a product's sums
constexpr int largest_terms = 5; // floats of a pair in dsl::PairwiseForward::terms

inline void require(bool holds, const std::string &what) {
    if (!holds) {
        throw std::invalid_argument("[pairwise] " + what);
    }
}

inline void check(const PairwiseGpu &tuned, const Limits &limits) {
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
    const int bytes = (largest_terms * size * (size + 1) + 6 * size) * 4;
    require(bytes <= limits.shared_bytes,
            "block_rows = " + std::to_string(size) + " needs " + std::to_string(bytes) +
                " bytes of shared memory; at most " + std::to_string(limits.shared_bytes) +
                " exist, so lower block_rows");
    require(std::min(tuned.sum_offsets, tuned.weight_offsets) >= 1,
            "sum_offsets = " + std::to_string(tuned.sum_offsets) + ", weight_offsets = " +
                std::to_string(tuned.weight_offsets) + ": both must be at least 1");
    const int columns = tuned.register_columns * (size / square);
    require(columns >= 1 && dsl::unit_row_alignment % columns == 0,
            "register_columns = " + std::to_string(tuned.register_columns) + " times " +
                std::to_string(size / square) + " threads must divide " +
                std::to_string(dsl::unit_row_alignment));
}

// A thread adds up its square of S over all of D; both factors are runs of rows in `packed`, read
// as vectors.
template <typename Pairs>
void dot_product(Pairs &pairs, const Func &at, const Var &thread) {
    const Var &i = pairs.i, &j = pairs.j;
    Func &similarity = pairs.similarity;
    RVar columns{"columns"}, column{"column"};
    similarity.compute_at(at, thread).store_in(MemoryType::Register).vectorize(j).unroll(i);
    similarity.update()
        .split(pairs.column, columns, column, most_unrolled)
        .reorder(j, i, column, columns)
        .vectorize(j)
        .unroll(i)
        .unroll(column);
    pairs.own_rows.compute_at(similarity, column).store_in(MemoryType::Register).vectorize(i);
}

// A tile of pairs, a square a thread.
inline void tile(Func &pairs, const Var &j, const Var &i, const Var &j_thread, const Var &i_thread,
                 const PairwiseGpu &tuned) {
    pairs.bound(j, 0, tuned.block_rows)
        .bound(i, 0, tuned.block_rows)
        .split(j, j_thread, j, tuned.register_rows)
        .split(i, i_thread, i, tuned.register_rows)
        .reorder(j, i, j_thread, i_thread)
        .vectorize(j)
        .unroll(i)
        .gpu_threads(j_thread, i_thread);
}

// A thread a row of a block, a block of threads a block of rows.
inline void by_rows(Stage stage, const Var &i, const Var &b) {
    stage.gpu_blocks(b).gpu_threads(i);
}

inline void pack(Func &packed, const Var &i, const Var &d, const Var &b, const PairwiseGpu &tuned) {
    packed.compute_root()
        .bound(i, 0, tuned.block_rows)
        .reorder(i, d, b)
        .gpu_blocks(d, b)
        .gpu_threads(i);
}

inline void tiles(dsl::PairwiseTiles &pairs, const PairwiseGpu &tuned, const Limits &limits) {
    check(tuned, limits);
    Var j_thread{"j_thread"}, i_thread{"i_thread"};
    pack(pairs.packed, pairs.i, pairs.d, pairs.b, tuned);
    tile(pairs.tiles.compute_root(), pairs.j, pairs.i, j_thread, i_thread, tuned);
    pairs.tiles.gpu_blocks(pairs.b, pairs.o);
    dot_product(pairs, pairs.tiles, j_thread);
}

// The sums over the offsets, a group of `sum_offsets` after the other; the loop over the groups.
inline RVar totals(dsl::PairwiseForward &pairs, int size, int sum_offsets) {
    const Var &i = pairs.i, &b = pairs.b;
    RVar group{"group"}, member{"member"};
    by_rows(pairs.totals.compute_root().bound(i, 0, size), i, b);
    pairs.totals.update()
        .split(pairs.offset, group, member, sum_offsets, TailStrategy::GuardWithIf)
        .reorder(member, i, b, group)
        .gpu_blocks(b)
        .gpu_threads(i);
    return group;
}

// What a row has of its own: its positive, its statistics, its state.
inline void rows(dsl::PairwiseForward &pairs, int size) {
    const Var &i = pairs.i, &b = pairs.b;
    Var chunk{"chunk"};
    by_rows(pairs.positive.compute_root().bound(i, 0, size), i, b);
    by_rows(pairs.positive.update().reorder(pairs.column, i, b), i, b);
    by_rows(pairs.row_statistics.compute_root()
                .bound(i, 0, size)
                .bound(pairs.statistic, 0, 3)
                .reorder(pairs.statistic, i, b)
                .unroll(pairs.statistic),
            i, b);
    pairs.block_statistics.compute_root().bound(pairs.statistic, 0, 3);
    by_rows(pairs.block_statistics, pairs.statistic, b);
    by_rows(pairs.block_statistics.update().reorder(pairs.block_row, pairs.statistic, b),
            pairs.statistic, b);
    pairs.statistics.compute_root().gpu_single_thread();
    pairs.statistics_sum.compute_at(pairs.statistics, pairs.statistic);
    pairs.row_state.compute_root()
        .bound(pairs.c, 0, 3)
        .reorder(pairs.c, i)
        .unroll(pairs.c)
        .gpu_tile(i, chunk, i, row_threads, TailStrategy::GuardWithIf);
}

// Not timed on a GPU yet.
inline void forward(dsl::PairwiseForward &pairs, const PairwiseGpu &tuned, const Limits &limits) {
    check(tuned, limits);
    const Var &i = pairs.i, &j = pairs.j, &b = pairs.b, &o = pairs.o;
    const int size = tuned.block_rows;
    Var j_thread{"j_thread"}, i_thread{"i_thread"};

    rows(pairs, size);
    pairs.pair_sums.compute_at(pairs.totals, totals(pairs, size, tuned.sum_offsets))
        .bound(i, 0, size)
        .bound(pairs.side, 0, 2)
        .reorder(pairs.side, i, b, o)
        .unroll(pairs.side)
        .gpu_blocks(b, o)
        .gpu_threads(i);
    // A row more than its pairs, so that the threads that sum a row each read from different banks.
    tile(pairs.terms.compute_at(pairs.pair_sums, b)
             .store_in(MemoryType::GPUShared)
             .align_storage(j, size + 1),
         j, i, j_thread, i_thread, tuned);
    if (!pairs.reads_tiles) {
        pack(pairs.packed, i, pairs.d, b, tuned);
        dot_product(pairs, pairs.terms, j_thread);
    }
    for (Func *side : {&pairs.row_sums, &pairs.column_sums}) {
        const Var &row = side == &pairs.row_sums ? i : j;
        side->compute_at(pairs.pair_sums, b).store_in(MemoryType::GPUShared).gpu_threads(row);
        RVar rows{"rows"}, term{"term"};
        side->update()
            .split(pairs.block_row, rows, term, std::gcd(size, most_unrolled))
            .reorder(term, rows, row)
            .unroll(term)
            .gpu_threads(row);
    }
}

// From the product of weights and unit rows to dz.
inline void gradient_end(dsl::GradientEnd &end) {
    const Var &d = end.d, &row = end.row;
    Var chunk{"chunk"};
    end.projection.compute_root().gpu_tile(row, chunk, row, row_threads, TailStrategy::GuardWithIf);
    end.projection.update()
        .reorder(end.column, row)
        .gpu_tile(row, chunk, row, row_threads, TailStrategy::GuardWithIf);
    end.dz.compute_root()
        .split(d, chunk, d, row_threads, TailStrategy::GuardWithIf)
        .reorder(d, row, chunk)
        .gpu_blocks(row, chunk)
        .gpu_threads(d);
}

// Not timed on a GPU yet.
inline void backward(dsl::PairwiseBackward &pairs, const PairwiseGpu &tuned, const Limits &limits) {
    check(tuned, limits);
    const Var &i = pairs.i, &j = pairs.j, &d = pairs.d, &b = pairs.b;
    const int size = tuned.block_rows, threads = size / tuned.register_rows;
    Var j_thread{"j_thread"}, i_thread{"i_thread"}, d_thread{"d_thread"}, d_tile{"d_tile"};
    RVar group{"group"}, member{"member"};

    by_rows(pairs.state.compute_root().bound(i, 0, size), i, b);
    // The sum over the offsets stays in global memory: registers that outlive a barrier loop would
    // be allocated for the whole block of threads.
    pairs.product.compute_root().bound(i, 0, size).reorder(i, d, b).gpu_blocks(d, b).gpu_threads(i);
    pairs.product.update()
        .split(pairs.offset, group, member, tuned.weight_offsets, TailStrategy::GuardWithIf)
        .split(i, i_thread, i, tuned.register_rows)
        .split(d, d_thread, d, tuned.register_columns)
        .split(d_thread, d_tile, d_thread, threads)
        .reorder(d, i, d_tile, d_thread, i_thread, member, b, group)
        .vectorize(d)
        .unroll(i)
        .gpu_threads(d_thread, i_thread)
        .gpu_blocks(b);
    pairs.tile_product.compute_at(pairs.product, d_tile)
        .store_in(MemoryType::Register)
        .vectorize(d)
        .unroll(i);
    RVar rows{"rows"}, row{"row"};
    for (int side : {0, 1}) {
        pairs.tile_product.update(side)
            .split(pairs.block_row, rows, row, std::gcd(size, most_unrolled))
            .reorder(d, i, row, rows)
            .vectorize(d)
            .unroll(i)
            .unroll(row);
    }
    if (pairs.reads_tiles) {
        for (Func *weight : {&pairs.own_weight, &pairs.mirror_weight}) {
            tile(weight->compute_at(pairs.product, member).store_in(MemoryType::GPUShared), j, i,
                 j_thread, i_thread, tuned);
        }
        // Its rows are read side by side, from different banks; the mirrored ones by vectors.
        pairs.own_weight.align_storage(j, size + 1);
    } else {
        for (Func *weight : {&pairs.own_weight, &pairs.mirror_weight}) { // read as vectors
            weight->compute_at(pairs.tile_product, rows)
                .store_in(MemoryType::Register)
                .vectorize(j)
                .unroll(i);
        }
        pack(pairs.packed, i, d, b, tuned);
        tile(pairs.weight.compute_at(pairs.product, group), j, i, j_thread, i_thread, tuned);
        pairs.weight.gpu_blocks(b, pairs.o);
        dot_product(pairs, pairs.weight, j_thread);
    }

    gradient_end(pairs);
}

} // namespace pairwise_gpu

} // namespace haliclr::schedules
