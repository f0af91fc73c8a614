// The passes of a pairwise loss, compiled once for any size, and rows to run them on.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <random>
#include <string>

#include "dsl/pairwise.h"
#include "dsl/pairwise_limits.h"
#include "dsl/unit_rows.h"
#include "tests/dsl/pairwise_reference.h"

namespace haliclr {

// Rows of one pair are alike, so that accuracies lie between 0 and 1.
template <typename T = float>
Halide::Buffer<T> pairs(int rows, int columns, unsigned seed = 1) {
    Halide::Buffer<T> z(columns, rows);
    std::mt19937 bits(seed);
    std::normal_distribution<float> normal;
    z.for_each_value([&](T &value) { value = normal(bits); });
    for (int i = 0; i < rows / 2; ++i) {
        for (int d = 0; d < columns; ++d) {
            z(d, i + rows / 2) += z(d, i);
        }
    }
    return z;
}

template <typename T>
reference::Matrix matrix(const Halide::Buffer<T> &z) {
    reference::Matrix result{z.height(), z.width()};
    for (int i = 0; i < z.height(); ++i) {
        for (int d = 0; d < z.width(); ++d) {
            result(i, d) = z(d, i);
        }
    }
    return result;
}

template <typename T>
struct PairwiseOutput {
    Halide::Buffer<T> statistics, row_state, inverse_norms, dz;
};

// Where the backward pass gets the similarities from.
enum class Similarities { computed, stored, stored_fixed };

// Members may be scheduled before run().
template <typename T>
struct PairwisePasses {
    Halide::Type type = Halide::type_of<T>();
    Halide::ImageParam z{type, 2}, unit{type, 2}, inverse_norms{type, 1}, row_state{type, 2};
    Halide::Type stored;
    Halide::ImageParam tiles{stored, 4};
    Halide::Param<T> inverse_temperature, margin, gradient;
    Halide::Param<bool> semi_hard;
    dsl::PairwiseSizes sizes;
    std::unique_ptr<dsl::PairwiseLoss> loss;
    dsl::UnitRows rows;
    dsl::PairwiseTiles similarities;
    dsl::PairwiseForward forward;
    dsl::PairwiseBackward backward;
    Halide::Pipeline normalise, store, ahead, back;
    Halide::Target target = Halide::get_host_target();
    bool stores;

    PairwisePasses(const std::string &kind, int block_rows, Similarities from,
                   bool tells_plain = false)
        : stored(from == Similarities::stored_fixed ? Halide::Int(16) : type),
          sizes{unit.dim(1).extent(), filled(unit.dim(0).extent()), block_rows, tells_plain},
          loss(dsl::make_pairwise_loss(kind, {inverse_temperature, margin, semi_hard, sizes.rows})),
          rows(z, z.width()), similarities(unit, sizes, stored),
          forward(unit, tiles_if(from), *loss, sizes),
          backward(unit, inverse_norms, row_state, tiles_if(from), *loss, sizes, gradient),
          normalise({rows.inverse_norms, rows.unit}), store(similarities.tiles),
          ahead({forward.statistics, forward.row_state}), back(backward.dz),
          stores(from != Similarities::computed) {
        z.dim(0).set_min(0).dim(1).set_min(0);
        unit.dim(0).set_bounds(0, sizes.columns).dim(1).set_min(0);
    }

    PairwiseOutput<T> run(Halide::Buffer<T> input, const reference::Loss &numbers,
                          double scale = 1) {
        using Halide::Buffer;
        const int count = input.height();
        PairwiseOutput<T> out{Buffer<T>(3), Buffer<T>(count, 3), Buffer<T>(count),
                              Buffer<T>(input.width(), count)};
        Buffer<T> units((input.width() + run_of_columns - 1) / run_of_columns * run_of_columns,
                        count);
        input.set_host_dirty();
        z.set(input);
        inverse_temperature.set(T(1 / numbers.temperature));
        margin.set(T(numbers.margin));
        semi_hard.set(numbers.semi_hard);
        gradient.set(T(scale));
        normalise.realize({out.inverse_norms, units}, target);
        unit.set(units);
        inverse_norms.set(out.inverse_norms);
        if (stores) {
            const int blocks = (count + sizes.block_rows - 1) / sizes.block_rows;
            Buffer<> kept(stored, sizes.block_rows, sizes.block_rows, blocks, blocks / 2 + 1);
            store.realize({kept}, target);
            tiles.set(kept);
        }
        ahead.realize({out.statistics, out.row_state}, target);
        row_state.set(out.row_state);
        back.realize({out.dz}, target);
        for (Buffer<T> *buffer : {&out.statistics, &out.row_state, &out.inverse_norms, &out.dz}) {
            buffer->copy_to_host();
        }
        return out;
    }

private:
    static constexpr int run_of_columns = dsl::unit_row_alignment;

    static Halide::Expr filled(const Halide::Expr &columns) {
        return columns / run_of_columns * run_of_columns;
    }

    Halide::Func tiles_if(Similarities from) const {
        return from != Similarities::computed ? Halide::Func(tiles) : Halide::Func();
    }
};

// One loop nest a Func.
template <typename T = float>
std::unique_ptr<PairwisePasses<T>> unscheduled(const std::string &kind, int block_rows,
                                               Similarities from = Similarities::computed) {
    auto passes = std::make_unique<PairwisePasses<T>>(kind, block_rows, from);
    dsl::UnitRows &rows = passes->rows;
    dsl::PairwiseForward &forward = passes->forward;
    dsl::PairwiseBackward &backward = passes->backward;
    for (Halide::Func *f : {&rows.lane_largest,
                            &rows.largest,
                            &rows.lane_squares,
                            &rows.squares,
                            &rows.norms,
                            &passes->similarities.packed,
                            &passes->similarities.similarity,
                            &forward.packed,
                            &forward.similarity,
                            &forward.positive,
                            &forward.terms,
                            &forward.row_sums,
                            &forward.column_sums,
                            &forward.totals,
                            &forward.row_statistics,
                            &backward.packed,
                            &backward.state,
                            &backward.own_weight,
                            &backward.mirror_weight,
                            &backward.tile_product,
                            &backward.product,
                            &backward.unit_gradient,
                            &backward.projection}) {
        f->compute_root();
    }
    if (!passes->stores) {
        backward.similarity.compute_root();
        backward.weight.compute_root();
    }
    return passes;
}

inline double largest_entry(const reference::Matrix &m) {
    double largest = 0;
    for (double entry : m.entries) {
        largest = std::max(largest, std::abs(entry));
    }
    return largest;
}

// relative: of the loss; a similarity is good to about 1e-7, which the temperature divides.
template <typename T>
void expect_reference(const PairwiseOutput<T> &out, const reference::Reference &expected,
                      double temperature, double rounding = 1) {
    const double relative = rounding * (2e-6 + 5e-7 / temperature);
    EXPECT_NEAR(out.statistics(0), expected.loss, relative * std::max(1.0, expected.loss));
    EXPECT_NEAR(out.statistics(1), expected.accuracy, 1e-6);
    EXPECT_NEAR(out.statistics(2), expected.detail, relative * std::max(1.0, 2 / temperature));
    // Where the terms of the gradient cancel, their rounding is left.
    const double largest_norm =
        *std::max_element(expected.inverse_norms.begin(), expected.inverse_norms.end());
    const double bound = (1e-5 * rounding + relative) * largest_entry(expected.dz) +
                         relative * largest_norm / (temperature * out.dz.height());
    for (int i = 0; i < out.dz.height(); ++i) {
        EXPECT_NEAR(out.inverse_norms(i) / expected.inverse_norms[i], 1, 1e-6) << "row " << i;
        for (int d = 0; d < out.dz.width(); ++d) {
            ASSERT_NEAR(out.dz(d, i), expected.dz(i, d), bound) << "row " << i << " column " << d;
        }
    }
}

} // namespace haliclr
