// Stripes on CPUs: a tile of terms stays in the first-level cache while both of its sums are taken.
//
// NT-Xent, M = 8192, D = 128, forward + backward in mode hybrid, 2 threads on 2 cores of an AMD
// EPYC that others used too: sums 11 ms, weights 7 ms, LibTorch's matrix products 173 ms
// (torch.profiler around haliclr::pairwise_loss, one run).
#include "schedules/stripes.h"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "dsl/pairwise_limits.h"

namespace haliclr::schedules {

using namespace Halide;

namespace {

void check(const StripesCpu &tuned) {
    if (tuned.block < 1 || dsl::stripe_alignment % tuned.block != 0) {
        throw std::invalid_argument("[stripes] block = " + std::to_string(tuned.block) +
                                    " must divide " + std::to_string(dsl::stripe_alignment));
    }
    if (tuned.vector < 1 || tuned.block % tuned.vector != 0) {
        throw std::invalid_argument("[stripes] vector = " + std::to_string(tuned.vector) +
                                    " must divide block = " + std::to_string(tuned.block));
    }
    if (std::min(tuned.task_tiles, tuned.task_rows) < 1) {
        throw std::invalid_argument("[stripes] task_tiles = " + std::to_string(tuned.task_tiles) +
                                    ", task_rows = " + std::to_string(tuned.task_rows) +
                                    ": both must be at least 1");
    }
}

} // namespace

StripesCpu stripes_cpu_for(int lanes) {
    StripesCpu own;
    own.vector = lanes;
    // The unrolled sums of a row of a block stay in registers where it is two vectors long. Of
    // vectors of 8, the sums of 512 rows of 1024 took 2.5 ms so, and 5.3 with four (haliclr tune
    // --operator ntxent_stripe_sums, 2 threads, AMD EPYC with AVX2 that others used too).
    own.block = lanes >= 16 ? 32 : 16;
    return own;
}

void stripe_sums_cpu(dsl::StripeSums &stripe, const StripesCpu &tuned) {
    check(tuned);
    const Var &i = stripe.i, &j = stripe.j, &a = stripe.a, &b = stripe.b, &row = stripe.row;
    const int size = tuned.block;
    Var task{"task"};

    stripe.row_positive.compute_root();
    stripe.column_positive.compute_root();
    stripe.tile_sums.compute_root()
        .bound(i, 0, size)
        .bound(stripe.side, 0, 2)
        .reorder(i, stripe.side, b, a)
        .vectorize(i, tuned.vector)
        .unroll(stripe.side)
        .split(b, task, b, tuned.task_tiles, TailStrategy::GuardWithIf)
        .fuse(task, a, task)
        .parallel(task);
    stripe.terms.compute_at(stripe.tile_sums, b)
        .bound(j, 0, size)
        .bound(i, 0, size)
        .vectorize(j, tuned.vector);
    stripe.tile_rows.compute_at(stripe.tile_sums, b);
    stripe.tile_rows.update().atomic().vectorize(stripe.in_block, size);
    stripe.tile_columns.compute_at(stripe.tile_sums, b).vectorize(j, tuned.vector);
    stripe.tile_columns.update().reorder(j, stripe.in_block).vectorize(j, tuned.vector).unroll(j);

    for (auto [totals, within, over] : {std::tuple(&stripe.row_totals, i, stripe.column_block),
                                        std::tuple(&stripe.column_totals, j, stripe.row_block)}) {
        totals->compute_root().bound(within, 0, size).vectorize(within, tuned.vector);
        totals->update().reorder(within, over).vectorize(within, tuned.vector).unroll(within);
    }
    for (Func *sums : {&stripe.row_sums, &stripe.column_sums}) {
        sums->compute_root().vectorize(row, tuned.vector, TailStrategy::GuardWithIf);
    }
}

void stripe_weights_cpu(dsl::StripeWeights &stripe, const StripesCpu &tuned) {
    check(tuned);
    Var task{"task"};
    stripe.row_of.compute_root();
    stripe.column_of.compute_root();
    // A tail that is shifted inwards would weigh a weight where the output is the input.
    stripe.weights.compute_root()
        .split(stripe.row, task, stripe.row, tuned.task_rows, TailStrategy::GuardWithIf)
        .vectorize(stripe.column, tuned.vector, TailStrategy::GuardWithIf)
        .parallel(task);
}

void stripe_rows_cpu(dsl::StripeRows &rows, const StripesCpu &tuned) {
    check(tuned);
    rows.row_state.compute_root()
        .bound(rows.c, 0, 3)
        .unroll(rows.c)
        .vectorize(rows.row, tuned.vector, TailStrategy::GuardWithIf);
    rows.row_statistics.compute_root()
        .bound(rows.statistic, 0, 3)
        .unroll(rows.statistic)
        .vectorize(rows.row, tuned.vector);
    rows.chunk_statistics.compute_root();
    rows.statistics_sum.compute_root();
    rows.statistics.compute_root();
}

void stripe_gradient_cpu(dsl::StripeGradient &rows, const StripesCpu &tuned) {
    check(tuned);
    Var task{"task"};
    rows.dz.compute_root()
        .split(rows.row, task, rows.row, tuned.task_rows, TailStrategy::GuardWithIf)
        .vectorize(rows.d, tuned.vector, TailStrategy::GuardWithIf)
        .parallel(task);
    rows.unit_gradient.compute_at(rows.dz, rows.row).vectorize(rows.d, tuned.vector);
    rows.projection.compute_at(rows.dz, rows.row);
    rows.projection.update().atomic().vectorize(rows.column, tuned.vector);
}

} // namespace haliclr::schedules
