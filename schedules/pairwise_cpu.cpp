// Pairwise losses on CPUs: a task a row block; S, its terms and its weights a tile at a time.
#include "schedules/pairwise.h"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "dsl/pairwise_limits.h"

namespace haliclr::schedules {

using namespace Halide;

namespace {

void check(const PairwiseCpu &tuned) {
    const int width = tuned.vector * tuned.register_vectors;
    if (tuned.vector < 1 || tuned.register_vectors < 1 || tuned.block_rows % width != 0 ||
        dsl::unit_row_alignment % width != 0) {
        throw std::invalid_argument(
            "[pairwise] vector * register_vectors = " + std::to_string(width) +
            " must divide block_rows = " + std::to_string(tuned.block_rows) + " and " +
            std::to_string(dsl::unit_row_alignment));
    }
    if (tuned.register_rows < 1 || tuned.block_rows % tuned.register_rows != 0) {
        throw std::invalid_argument(
            "[pairwise] register_rows = " + std::to_string(tuned.register_rows) +
            " must divide block_rows = " + std::to_string(tuned.block_rows));
    }
    if (std::min(tuned.sum_offsets, tuned.weight_offsets) < 1) {
        throw std::invalid_argument(
            "[pairwise] sum_offsets = " + std::to_string(tuned.sum_offsets) +
            ", weight_offsets = " + std::to_string(tuned.weight_offsets) +
            ": both must be at least 1");
    }
}

void pack(Func &packed, const Var &i, const Var &b, const PairwiseCpu &tuned) {
    packed.compute_root().bound(i, 0, tuned.block_rows).vectorize(i, tuned.vector).parallel(b);
}

// A tile of pairs in register blocks.
void tile(Func &pairs, const Var &j, const Var &i, const Var &tile_column,
          const PairwiseCpu &tuned) {
    Var tile_row{"tile_row"};
    pairs.bound(i, 0, tuned.block_rows)
        .bound(j, 0, tuned.block_rows)
        .split(j, tile_column, j, tuned.vector * tuned.register_vectors)
        .split(i, tile_row, i, tuned.register_rows)
        .reorder(j, i, tile_column, tile_row)
        .vectorize(j, tuned.vector)
        .unroll(j)
        .unroll(i);
}

// A register block of S: all of D is added up before the next one starts.
void dot_product(Func &similarity, const Func &at, const Var &block, const Var &j, const Var &i,
                 const RVar &column, const PairwiseCpu &tuned) {
    similarity.compute_at(at, block).vectorize(j, tuned.vector).unroll(j).unroll(i);
    similarity.update().reorder(j, i, column).vectorize(j, tuned.vector).unroll(j).unroll(i);
}

} // namespace

PairwiseCpu pairwise_cpu_for(int vector) {
    PairwiseCpu tuned;
    tuned.vector = vector;
    if (vector >= 16) { // 32 registers rather than 16
        tuned.block_rows = 32;
        tuned.register_rows = 8;
    }
    return tuned;
}

void pairwise_tiles_cpu(dsl::PairwiseTiles &pairs, const PairwiseCpu &tuned) {
    check(tuned);
    Var tile_column{"tile_column"};
    pack(pairs.packed, pairs.i, pairs.b, tuned);
    tile(pairs.tiles.compute_root(), pairs.j, pairs.i, tile_column, tuned);
    pairs.tiles.reorder(pairs.o, pairs.b).parallel(pairs.b);
    dot_product(pairs.similarity, pairs.tiles, tile_column, pairs.j, pairs.i, pairs.column, tuned);
}

void pairwise_forward_cpu(dsl::PairwiseForward &pairs, const PairwiseCpu &tuned) {
    check(tuned);
    const Var &i = pairs.i, &j = pairs.j, &b = pairs.b, &o = pairs.o;
    const int size = tuned.block_rows;
    Var tile_column{"tile_column"};
    RVar group{"group"}, member{"member"};

    pairs.positive.compute_root().bound(i, 0, size).parallel(b);
    pairs.positive.update()
        .reorder(pairs.column, i, b)
        .atomic()
        .vectorize(pairs.column, tuned.vector)
        .parallel(b);

    pairs.totals.compute_root().bound(i, 0, size).vectorize(i, tuned.vector);
    pairs.totals.update()
        .split(pairs.offset, group, member, tuned.sum_offsets, TailStrategy::GuardWithIf)
        .reorder(i, b, member, group)
        .vectorize(i, tuned.vector);
    pairs.pair_sums.compute_at(pairs.totals, group)
        .bound(i, 0, size)
        .bound(pairs.side, 0, 2)
        .reorder(i, pairs.side, o, b)
        .vectorize(i, tuned.vector)
        .unroll(pairs.side)
        .parallel(b);

    tile(pairs.terms.compute_at(pairs.pair_sums, o), j, i, tile_column, tuned);
    if (!pairs.reads_tiles) {
        pack(pairs.packed, i, b, tuned);
        dot_product(pairs.similarity, pairs.terms, tile_column, j, i, pairs.column, tuned);
    }
    pairs.row_sums.compute_at(pairs.pair_sums, o);
    pairs.row_sums.update().atomic().vectorize(pairs.block_row, size);
    pairs.column_sums.compute_at(pairs.pair_sums, o).vectorize(j, tuned.vector);
    pairs.column_sums.update().reorder(j, pairs.block_row).vectorize(j, tuned.vector).unroll(j);

    pairs.row_statistics.compute_root()
        .bound(pairs.statistic, 0, 3)
        .vectorize(i, tuned.vector)
        .unroll(pairs.statistic)
        .parallel(b);
    pairs.block_statistics.compute_root();
    pairs.statistics_sum.compute_root();
    pairs.statistics.compute_root();
    pairs.row_state.compute_root()
        .bound(pairs.c, 0, 3)
        .unroll(pairs.c)
        .vectorize(i, tuned.vector, TailStrategy::GuardWithIf);
}

void pairwise_backward_cpu(dsl::PairwiseBackward &pairs, const PairwiseCpu &tuned) {
    check(tuned);
    const Var &i = pairs.i, &j = pairs.j, &d = pairs.d, &b = pairs.b;
    const int size = tuned.block_rows, width = tuned.vector * tuned.register_vectors;
    Var tile_column{"tile_column"}, tile_row{"tile_row"};
    RVar group{"group"}, member{"member"};

    pairs.state.compute_root().bound(i, 0, size).vectorize(i, tuned.vector);
    pairs.product.compute_root().bound(i, 0, size).vectorize(d, tuned.vector).parallel(b);
    pairs.product.update()
        .split(pairs.offset, group, member, tuned.weight_offsets, TailStrategy::GuardWithIf)
        .split(i, tile_row, i, tuned.register_rows)
        .split(d, tile_column, d, width)
        .reorder(d, i, tile_row, tile_column, member, b, group)
        .vectorize(d, tuned.vector)
        .unroll(d)
        .unroll(i)
        .parallel(b);
    pairs.tile_product.compute_at(pairs.product, tile_row)
        .vectorize(d, tuned.vector)
        .unroll(d)
        .unroll(i);
    for (int side : {0, 1}) {
        pairs.tile_product.update(side)
            .reorder(d, i, pairs.block_row)
            .vectorize(d, tuned.vector)
            .unroll(d)
            .unroll(i);
    }
    if (pairs.reads_tiles) {
        for (Func *weight : {&pairs.own_weight, &pairs.mirror_weight}) {
            weight->compute_at(pairs.product, member).vectorize(j, tuned.vector);
        }
    } else {
        pack(pairs.packed, i, b, tuned);
        tile(pairs.weight.compute_at(pairs.product, group), j, i, tile_column, tuned);
        pairs.weight.parallel(b);
        dot_product(pairs.similarity, pairs.weight, tile_column, j, i, pairs.column, tuned);
    }

    Var chunk{"chunk"};
    const Var &row = pairs.row;
    pairs.dz.compute_root()
        .split(row, chunk, row, size, TailStrategy::GuardWithIf)
        .vectorize(d, tuned.vector, TailStrategy::GuardWithIf)
        .parallel(chunk);
    pairs.unit_gradient.compute_at(pairs.dz, row).vectorize(d, tuned.vector);
    pairs.projection.compute_at(pairs.dz, row);
    pairs.projection.update().atomic().vectorize(pairs.column, tuned.vector);
}

} // namespace haliclr::schedules
