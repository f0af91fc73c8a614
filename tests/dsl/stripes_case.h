// Stripes with their algorithms compiled by the just-in-time compiler, for tests of both layers.
#pragma once

#include <limits>
#include <memory>
#include <random>
#include <string>

#include "dsl/pairwise_limits.h"
#include "dsl/stripes.h"

namespace haliclr::stripes_case {

using Halide::Buffer;

struct LossCase {
    std::string kind;
    bool semi_hard = false;
    float temperature = 0.3f, margin = 0.4f;
};

inline const LossCase every_loss[] = {{"ntxent"},
                                      {"nt_logistic"},
                                      {"nt_logistic", true},
                                      {"margin_triplet"},
                                      {"margin_triplet", true}};

// Where a stripe lies in a batch of M rows.
struct Place {
    int batch, rows, columns, first_row, first_column;
};

inline const Place places[] = {{2, 2, 2, 0, 0},       {2, 1, 1, 0, 1},       {6, 3, 5, 2, 1},
                               {14, 7, 14, 7, 0},     {64, 32, 64, 0, 0},    {70, 33, 37, 33, 33},
                               {130, 65, 97, 64, 33}, {662, 90, 600, 62, 62}};

inline int whole_blocks(int extent) {
    constexpr int run = dsl::stripe_alignment;
    return (extent + run - 1) / run * run;
}

struct Inputs {
    Buffer<float> similarity, positive, row_state, totals;
};

// Similarities of any value, NaN where the buffer is only filled up.
inline Inputs inputs_at(const Place &place) {
    Inputs in{Buffer<float>(whole_blocks(place.columns), whole_blocks(place.rows)),
              Buffer<float>(place.batch), Buffer<float>(place.batch, 3),
              Buffer<float>(place.batch, 3)};
    std::mt19937 bits(place.batch + place.rows);
    std::uniform_real_distribution<float> uniform(-1, 1);
    in.similarity.fill(std::numeric_limits<float>::quiet_NaN());
    for (int r = 0; r < place.rows; ++r) {
        for (int c = 0; c < place.columns; ++c) {
            in.similarity(c, r) = uniform(bits);
        }
    }
    for (int i = 0; i < place.batch; ++i) {
        in.positive(i) = uniform(bits);
        in.row_state(i, 0) = in.positive(i);
        in.row_state(i, 1) = 2 + uniform(bits);
        in.row_state(i, 2) = uniform(bits);
        in.totals(i, 0) = 3 + uniform(bits);
        in.totals(i, 1) = 2 + uniform(bits);
        in.totals(i, 2) = uniform(bits);
    }
    return in;
}

// The inputs of all algorithms of a loss.
struct Parameters {
    Halide::ImageParam similarity{Halide::Float(32), 2}, positive{Halide::Float(32), 1};
    Halide::ImageParam row_state{Halide::Float(32), 2}, totals{Halide::Float(32), 2};
    Halide::Param<float> inverse_temperature, margin;
    Halide::Param<bool> semi_hard;
    Halide::Param<int> batch, rows, columns, first_row, first_column;
    std::unique_ptr<dsl::PairwiseLoss> loss;

    explicit Parameters(const LossCase &which) {
        loss = dsl::make_pairwise_loss(which.kind, {inverse_temperature, margin, semi_hard, batch});
        inverse_temperature.set(1 / which.temperature);
        margin.set(which.margin);
        semi_hard.set(which.semi_hard);
        for (Halide::ImageParam *rows : {&similarity, &row_state, &totals}) {
            rows->dim(0).set_min(0).dim(1).set_min(0);
        }
        constexpr int run = dsl::stripe_alignment;
        for (int dim : {0, 1}) {
            similarity.dim(dim).set_extent(similarity.dim(dim).extent() / run * run);
        }
        similarity.dim(1).set_stride(similarity.dim(0).extent() / run * run);
    }

    void set(const Place &place, Inputs &in) {
        batch.set(place.batch);
        rows.set(place.rows);
        columns.set(place.columns);
        first_row.set(place.first_row);
        first_column.set(place.first_column);
        for (Buffer<float> *input : {&in.similarity, &in.positive, &in.row_state, &in.totals}) {
            input->set_host_dirty();
        }
        similarity.set(in.similarity);
        positive.set(in.positive);
        row_state.set(in.row_state);
        totals.set(in.totals);
    }
};

struct Output {
    Buffer<float> row_sums, column_sums, weights, statistics, row_state;
};

// Schedule the algorithms, then run them.
struct Algorithms : Parameters {
    dsl::StripeSums sums;
    dsl::StripeWeights weights;
    dsl::StripeRows finished;
    Halide::Pipeline both_sums, finish;
    Halide::Target target = Halide::get_host_target();

    Algorithms(const LossCase &which, int block)
        : Parameters(which), sums(similarity, positive, *loss, sizes(block),
                                  similarity.height() / block, similarity.width() / block),
          weights(similarity, row_state, *loss, sizes(block)),
          finished(totals, positive, *loss, positive.width()),
          both_sums({sums.row_sums, sums.column_sums}),
          finish({finished.statistics, finished.row_state}) {}

    // in_place: the weights are written over the similarities.
    Output run(const Place &place, Inputs in, bool in_place = false) {
        in.similarity = in.similarity.copy();
        const int height = in.similarity.height(), width = in.similarity.width();
        Output out{Buffer<float>(height, 3), Buffer<float>(width, 3), Buffer<float>(width, height),
                   Buffer<float>(3), Buffer<float>(place.batch, 3)};
        set(place, in);
        both_sums.realize({out.row_sums, out.column_sums}, target);
        finish.realize({out.statistics, out.row_state}, target);
        if (in_place) {
            out.weights = in.similarity;
        }
        weights.weights.realize(out.weights, target);
        for (Buffer<float> *result :
             {&out.row_sums, &out.column_sums, &out.weights, &out.statistics, &out.row_state}) {
            result->copy_to_host();
        }
        return out;
    }

    void one_loop_nest_each() {
        for (Halide::Func *f :
             {&sums.row_positive, &sums.column_positive, &sums.terms, &sums.tile_rows,
              &sums.tile_columns, &sums.tile_sums, &sums.row_totals, &sums.column_totals,
              &weights.row_of, &weights.column_of, &finished.row_statistics,
              &finished.chunk_statistics, &finished.statistics_sum}) {
            f->compute_root();
        }
    }

private:
    dsl::StripeSizes sizes(int block) const {
        return {rows, columns, first_row, first_column, batch, block};
    }
};

} // namespace haliclr::stripes_case
