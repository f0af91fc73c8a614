// A stripe of similarities: the highest rows of the batch with all its columns.
#include "dsl/pairwise_limits.h"
#include "tuner/problems/families.h"

#include <algorithm>

namespace haliclr::tuner {

namespace {

using Halide::Buffer;

constexpr int highest_stripe = 512; // rows
constexpr int sums_a_row = 3;       // two terms of each loss, and the largest similarity

int whole_blocks(int rows) {
    constexpr int run = dsl::stripe_alignment;
    return (rows + run - 1) / run * run;
}

class StripeProblem : public Problem {
protected:
    StripeProblem(const Shape &shape, uint64_t seed)
        : inverse_temperature(1 / shape.temperature), margin(shape.margin),
          semi_hard(shape.semi_hard), rows(std::min(shape.rows, highest_stripe)),
          columns(shape.rows), similarity(whole_blocks(columns), whole_blocks(rows)), seed(seed) {
        restore();
        scalars = {{"inverse_temperature", inverse_temperature},
                   {"margin", margin},
                   {"semi_hard", semi_hard},
                   {"rows", rows},
                   {"columns", columns},
                   {"first_row", 0},
                   {"first_column", 0}};
    }

    void restore() override {
        fill(similarity, seed, -0.9f, 0.9f);
        input("similarity", similarity);
    }

    const float inverse_temperature, margin;
    const bool semi_hard;
    const int32_t rows, columns;
    Buffer<float> similarity;
    const uint64_t seed;
};

class SumsProblem : public StripeProblem {
public:
    SumsProblem(const Shape &shape, uint64_t seed)
        : StripeProblem(shape, seed), positive(columns), row_sums(whole_blocks(rows), sums_a_row),
          column_sums(whole_blocks(columns), sums_a_row) {
        fill(positive, seed + 1, 0, 0.9f);
        input("positive", positive);
        output("row_sums_", row_sums);
        output("column_sums_", column_sums);
        format.planes = {sums_a_row, sums_a_row};
    }
    int call(const Halide::Callable &kernel) override {
        return kernel(inverse_temperature, margin, semi_hard, rows, columns, int32_t{0}, int32_t{0},
                      similarity, positive, row_sums, column_sums);
    }

private:
    Buffer<float> positive, row_sums, column_sums;
};

// Written over the similarities, as the runtime does.
class WeightsProblem : public StripeProblem {
public:
    WeightsProblem(const Shape &shape, uint64_t seed)
        : StripeProblem(shape, seed), state(columns, 3) {
        fill_row_state(state, inverse_temperature);
        input("row_state", state);
        output("weights_", similarity);
    }
    int call(const Halide::Callable &kernel) override {
        return kernel(inverse_temperature, margin, semi_hard, rows, columns, int32_t{0}, int32_t{0},
                      similarity, state, similarity);
    }

private:
    Buffer<float> state;
};

class RowsProblem : public Problem {
public:
    RowsProblem(const Shape &shape, uint64_t seed)
        : inverse_temperature(1 / shape.temperature), margin(shape.margin),
          semi_hard(shape.semi_hard), batch(shape.rows), totals(batch, sums_a_row), positive(batch),
          statistics(3), state(batch, 3) {
        fill(totals, seed, 1, 2);
        fill(positive, seed + 1, 0, 0.9f);
        input("totals", totals);
        input("positive", positive);
        output("statistics_", statistics);
        output("row_state_", state);
        format.planes = {1, 3};
        scalars = {{"inverse_temperature", inverse_temperature},
                   {"margin", margin},
                   {"semi_hard", semi_hard},
                   {"batch", batch}};
    }
    int call(const Halide::Callable &kernel) override {
        return kernel(inverse_temperature, margin, semi_hard, batch, totals, positive, statistics,
                      state);
    }

private:
    const float inverse_temperature, margin;
    const bool semi_hard;
    const int32_t batch;
    Buffer<float> totals, positive, statistics, state;
};

class GradientProblem : public Problem {
public:
    GradientProblem(const Shape &shape, uint64_t seed)
        : product(filled_columns(shape.columns), shape.rows),
          unit(unit_rows(shape.columns, shape.rows, seed)), norms(shape.rows), state(shape.rows, 3),
          dz(shape.columns, shape.rows) {
        fill(product, seed + 1, -1, 1);
        norms.fill(1);
        fill_row_state(state, 1 / shape.temperature);
        input("product", product);
        input("unit", unit);
        input("inverse_norms", norms);
        input("row_state", state);
        output("dz_", dz);
        scalars = {{"share", 1}};
    }
    int call(const Halide::Callable &kernel) override {
        return kernel(product, unit, norms, state, 1.0f, dz);
    }

private:
    Buffer<float> product, unit, norms, state, dz;
};

} // namespace

std::unique_ptr<Problem> stripes_problem(const Kernel &kernel, const Shape &shape, uint64_t seed) {
    if (kernel.generator == "stripe_sums") {
        return std::make_unique<SumsProblem>(shape, seed);
    }
    if (kernel.generator == "stripe_weights") {
        return std::make_unique<WeightsProblem>(shape, seed);
    }
    if (kernel.generator == "stripe_rows") {
        return std::make_unique<RowsProblem>(shape, seed);
    }
    return std::make_unique<GradientProblem>(shape, seed);
}

} // namespace haliclr::tuner
