// Rows of unit length and the pairwise losses over them.
#include "dsl/pairwise_limits.h"
#include "dsl/pairwise_work.h"
#include "tuner/problems/families.h"
#include "tuner/space.h"

#include <cmath>
#include <vector>

namespace haliclr::tuner {

int filled_columns(int columns) {
    constexpr int run = dsl::unit_row_alignment;
    return (columns + run - 1) / run * run;
}

// Whole multiples of 2^-10 whose squares add up to 1 at most: every partial sum of products has few
// enough bits.
Halide::Buffer<float> unit_rows(int columns, int rows, uint64_t seed) {
    constexpr float steps = 1 << 10;
    Halide::Buffer<float> unit(filled_columns(columns), rows);
    unit.fill(0);
    std::mt19937_64 random(seed);
    std::normal_distribution<float> normal;
    std::vector<float> row(static_cast<size_t>(columns));
    for (int i = 0; i < rows; ++i) {
        double squares = 0;
        for (float &value : row) {
            value = normal(random);
            squares += double(value) * value;
        }
        const float scale = steps / static_cast<float>(std::sqrt(squares));
        for (int d = 0; d < columns; ++d) {
            unit(d, i) = std::trunc(row[static_cast<size_t>(d)] * scale) / steps;
        }
    }
    return unit;
}

// The time of a kernel does not depend on these numbers.
void fill_row_state(Halide::Buffer<float> &state, float inverse_temperature) {
    const int rows = state.width();
    for (int i = 0; i < rows; ++i) {
        state(i, 0) = 0.5f;
        state(i, 1) = inverse_temperature / static_cast<float>(rows) * (1.5f + i % 3);
        state(i, 2) = -inverse_temperature;
    }
}

namespace {

using Halide::Buffer;

class UnitRowsProblem : public Problem {
public:
    UnitRowsProblem(const Shape &shape, uint64_t seed)
        : z(shape.columns, shape.rows), norms(shape.rows),
          unit(filled_columns(shape.columns), shape.rows) {
        fill(z, seed, -1, 1);
        input("z", z);
        output("inverse_norms_", norms);
        output("unit_", unit);
    }
    int call(const Halide::Callable &kernel) override { return kernel(z, norms, unit); }

private:
    Buffer<float> z, norms, unit;
};

// (block_rows, block_rows, blocks, blocks / 2 + 1), of the schedule's own block_rows.
Buffer<> make_tiles(const Kernel &kernel, const Shape &shape, const Machine &machine) {
    const int size = schedule_value("pairwise_forward", "block_rows", machine);
    const int blocks = (shape.rows + size - 1) / size;
    const bool fixed = kernel.param("fixed_tiles") == "true";
    return Buffer<>(fixed ? Halide::Int(16) : Halide::Float(32),
                    {size, size, blocks, blocks / 2 + 1});
}

Work with_products(Work work, bool similarities, bool gradient, const Buffer<float> &unit) {
    const double rows = unit.height(), columns = unit.width();
    work.flop = (similarities ? dsl::similarities_flop(rows, columns) : 0) +
                (gradient ? dsl::gradient_flop(rows, columns) : 0);
    const std::string times = gradient ? (similarities ? "3*" : "2*") : "";
    work.flop_of = work.flop > 0 ? times + "M*M*D flop" : "";
    return work;
}

class TilesProblem : public Problem {
public:
    TilesProblem(const Kernel &kernel, const Shape &shape, const Machine &machine, uint64_t seed)
        : unit(unit_rows(shape.columns, shape.rows, seed)),
          tiles(make_tiles(kernel, shape, machine)) {
        input("unit", unit);
        output("tiles_", tiles);
    }
    int call(const Halide::Callable &kernel) override { return kernel(unit, tiles); }
    Work work() const override { return with_products(Problem::work(), true, false, unit); }

private:
    Buffer<float> unit;
    Buffer<> tiles;
};

// Similarities of any kind: the kernels' work does not depend on them.
Buffer<> random_tiles(const Kernel &kernel, const Shape &shape, const Machine &machine,
                      uint64_t seed) {
    Buffer<> tiles = make_tiles(kernel, shape, machine);
    std::mt19937_64 random(seed);
    std::uniform_real_distribution<float> similarity(-0.9f, 0.9f);
    if (tiles.type() == Halide::Int(16)) {
        tiles.as<int16_t>().for_each_value(
            [&](int16_t &s) { s = static_cast<int16_t>(32767 * similarity(random)); });
    } else {
        tiles.as<float>().for_each_value([&](float &s) { s = similarity(random); });
    }
    return tiles;
}

class LossProblem : public Problem {
public:
    LossProblem(const Kernel &kernel, const Shape &shape, const Machine &machine, uint64_t seed)
        : backward(kernel.generator.starts_with("pairwise_backward")),
          tensor(kernel.param("tensor")), reads_tiles(kernel.param("reads_tiles") == "true"),
          unit(unit_rows(shape.columns, shape.rows, seed)), norms(shape.rows), state(shape.rows, 3),
          statistics(3), dz(shape.columns, shape.rows), inverse_temperature(1 / shape.temperature),
          margin(shape.margin), semi_hard(shape.semi_hard) {
        norms.fill(1);
        input("unit", unit);
        if (reads_tiles) {
            tiles = random_tiles(kernel, shape, machine, seed + 1);
            input("tiles", tiles);
        }
        scalars = {{"inverse_temperature", inverse_temperature},
                   {"margin", margin},
                   {"semi_hard", semi_hard}};
        if (backward) {
            fill_row_state(state, inverse_temperature);
            input("inverse_norms", norms);
            input("row_state", state);
            output("dz_", dz);
            scalars["gradient"] = 1;
        } else {
            output("statistics_", statistics);
            output("row_state_", state);
            format.planes = {1, 3};
        }
        if (backward && !tensor.empty()) {
            // A weight that is rounded to the other side is off by a spacing of its type.
            format.relative_tolerance = tensor == "bf16" ? 0x1p-7 : 0x1p-10;
        }
    }

    int call(const Halide::Callable &kernel) override {
        if (backward && reads_tiles) {
            return kernel(unit, inverse_temperature, margin, semi_hard, norms, state, 1.0f, tiles,
                          dz);
        }
        if (backward) {
            return kernel(unit, inverse_temperature, margin, semi_hard, norms, state, 1.0f, dz);
        }
        if (reads_tiles) {
            return kernel(unit, inverse_temperature, margin, semi_hard, tiles, statistics, state);
        }
        return kernel(unit, inverse_temperature, margin, semi_hard, statistics, state);
    }

    // Similarities that no tile holds are computed, and the gradient is a product with them.
    Work work() const override {
        Work work = with_products(Problem::work(), !reads_tiles, backward, unit);
        if (!tensor.empty()) {
            work.factors = tensor;
        }
        return work;
    }

private:
    const bool backward;
    const std::string tensor; // the type of its factors; empty: no tensor cores
    const bool reads_tiles;
    Buffer<float> unit, norms, state, statistics, dz;
    Buffer<> tiles;
    const float inverse_temperature, margin;
    const bool semi_hard;
};

} // namespace

std::unique_ptr<Problem> pairwise_problem(const Kernel &kernel, const Shape &shape,
                                          const Machine &machine, uint64_t seed) {
    if (kernel.generator == "unit_rows") {
        return std::make_unique<UnitRowsProblem>(shape, seed);
    }
    if (kernel.generator == "pairwise_tiles") {
        return std::make_unique<TilesProblem>(kernel, shape, machine, seed);
    }
    return std::make_unique<LossProblem>(kernel, shape, machine, seed);
}

} // namespace haliclr::tuner
