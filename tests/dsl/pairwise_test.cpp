// The NT-Xent algorithms, unscheduled but for one loop nest a Func, against plain loops in double.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <random>
#include <tuple>
#include <vector>

#include "dsl/ntxent.h"
#include "tests/dsl/ntxent_reference.h"

namespace haliclr::dsl {
namespace {

using Halide::Buffer;
using Halide::Func;
using reference::Matrix;
using reference::Reference;

// Rows of one pair are alike, so that accuracies lie between 0 and 1.
Buffer<float> pairs(int rows, int columns, unsigned seed = 1) {
    Buffer<float> z(columns, rows);
    std::mt19937 bits(seed);
    std::normal_distribution<float> normal;
    z.for_each_value([&](float &value) { value = normal(bits); });
    for (int i = 0; i < rows / 2; ++i) {
        for (int d = 0; d < columns; ++d) {
            z(d, i + rows / 2) += z(d, i);
        }
    }
    return z;
}

Matrix matrix(const Buffer<float> &z) {
    Matrix result{z.height(), z.width()};
    for (int i = 0; i < z.height(); ++i) {
        for (int d = 0; d < z.width(); ++d) {
            result(i, d) = z(d, i);
        }
    }
    return result;
}

struct Output {
    Buffer<float> statistics, sums, inverse_norms, dz;
};

void one_loop_nest_each(std::initializer_list<Func *> funcs) {
    for (Func *f : funcs) {
        f->compute_root();
    }
}

// Both algorithms for z of any size, compiled once for a number of rows a block.
class Algorithms {
public:
    explicit Algorithms(int block_rows)
        : sizes{z.height(), z.width(), block_rows}, forward(z, sizes, inverse_temperature),
          backward(z, sums, inverse_norms, sizes, inverse_temperature, gradient),
          saved({forward.statistics, forward.sums, forward.inverse_norms}) {
        one_loop_nest_each({&forward.inverse_norms, &forward.unit_rows, &forward.similarity,
                            &forward.terms, &forward.row_sums, &forward.column_sums,
                            &forward.totals, &forward.positive, &forward.row_statistics});
        one_loop_nest_each({&backward.unit_rows, &backward.similarity, &backward.weight,
                            &backward.block_product, &backward.product, &backward.unit_gradient,
                            &backward.projection});
    }

    Output run(Buffer<float> rows, float temperature, float scale) {
        Output out{Buffer<float>(3), Buffer<float>(rows.height()), Buffer<float>(rows.height()),
                   Buffer<float>(rows.width(), rows.height())};
        z.set(rows);
        inverse_temperature.set(1 / temperature);
        gradient.set(scale);
        saved.realize({out.statistics, out.sums, out.inverse_norms});
        sums.set(out.sums);
        inverse_norms.set(out.inverse_norms);
        backward.dz.realize(out.dz);
        return out;
    }

private:
    Halide::ImageParam z{Halide::Float(32), 2}, sums{Halide::Float(32), 1};
    Halide::ImageParam inverse_norms{Halide::Float(32), 1};
    Halide::Param<float> inverse_temperature, gradient;
    NtXentSizes sizes;
    NtXentForward forward;
    NtXentBackward backward;
    Halide::Pipeline saved;
};

Output run(const Buffer<float> &z, float temperature, int block_rows, float gradient = 1) {
    static std::map<int, std::unique_ptr<Algorithms>> compiled;
    std::unique_ptr<Algorithms> &algorithms = compiled[block_rows];
    if (algorithms == nullptr) {
        algorithms = std::make_unique<Algorithms>(block_rows);
    }
    return algorithms->run(z, temperature, gradient);
}

double largest_entry(const Matrix &m) {
    double largest = 0;
    for (double entry : m.entries) {
        largest = std::max(largest, std::abs(entry));
    }
    return largest;
}

void expect_near(const Output &out, const Reference &expected, double temperature) {
    // A similarity is good to about 1e-7, which the temperature divides.
    const double relative = 2e-6 + 5e-7 / temperature;
    EXPECT_NEAR(out.statistics(0), expected.loss, relative * std::max(1.0, expected.loss));
    EXPECT_NEAR(out.statistics(1), expected.accuracy, 1e-6);
    EXPECT_NEAR(out.statistics(2), expected.entropy, relative * std::max(1.0, 2 / temperature));
    // Where the terms of the gradient cancel, their rounding is left.
    const double largest_norm =
        *std::max_element(expected.inverse_norms.begin(), expected.inverse_norms.end());
    const double bound = (1e-5 + relative) * largest_entry(expected.dz) +
                         relative * largest_norm / (temperature * out.dz.height());
    for (int i = 0; i < out.dz.height(); ++i) {
        EXPECT_NEAR(out.sums(i) / expected.sums[i], 1, relative) << "row " << i;
        EXPECT_NEAR(out.inverse_norms(i) / expected.inverse_norms[i], 1, 1e-6) << "row " << i;
        for (int d = 0; d < out.dz.width(); ++d) {
            ASSERT_NEAR(out.dz(d, i), expected.dz(i, d), bound) << "row " << i << " column " << d;
        }
    }
}

void expect_finite(const Output &out) {
    for (Buffer<float> buffer : {out.statistics, out.sums, out.inverse_norms, out.dz}) {
        buffer.for_each_value([](float value) { EXPECT_TRUE(std::isfinite(value)); });
    }
}

class NtXentShape : public testing::TestWithParam<std::tuple<int, int>> {};

TEST_P(NtXentShape, AgreesWithDouble) {
    const auto [rows, columns] = GetParam();
    const Buffer<float> z = pairs(rows, columns);
    for (float temperature : {0.05f, 0.1f, 0.5f, 1.0f, 10.0f}) {
        SCOPED_TRACE(testing::Message() << "temperature " << temperature);
        Reference expected = forward(matrix(z), temperature);
        backward(matrix(z), temperature, 0.75, expected);
        expect_near(run(z, temperature, 16, 0.75f), expected, temperature);
    }
}

INSTANTIATE_TEST_SUITE_P(, NtXentShape,
                         testing::Combine(testing::Values(2, 4, 6, 14, 62, 64, 130, 254),
                                          testing::Values(1, 3, 16, 31, 128, 130)));

TEST(NtXent, BlocksDoNotChangeTheResult) {
    const Buffer<float> z = pairs(62, 31);
    Reference expected = forward(matrix(z), 0.5);
    backward(matrix(z), 0.5, 1, expected);
    for (int block_rows : {1, 2, 7, 16, 31, 62, 96}) {
        SCOPED_TRACE(testing::Message() << "rows of a block " << block_rows);
        expect_near(run(z, 0.5f, block_rows), expected, 0.5);
    }
}

TEST(NtXent, NeedsNoSchedule) {
    Buffer<float> z = pairs(6, 3);
    const Reference expected = forward(matrix(z), 0.5);
    NtXentForward ntxent(Func(z), {6, 3, 4}, 2.0f);
    const Buffer<float> statistics = ntxent.statistics.realize({3});
    EXPECT_NEAR(statistics(0), expected.loss, 1e-5);
    EXPECT_NEAR(statistics(1), expected.accuracy, 1e-6);
    EXPECT_NEAR(statistics(2), expected.entropy, 1e-5);
}

TEST(NtXent, GradientIsTheSlopeOfTheLoss) {
    const Buffer<float> z = pairs(14, 5);
    const Output out = run(z, 0.3f, 4);
    const Matrix at = matrix(z);
    const double step = 1e-5;
    for (int i = 0; i < at.rows; ++i) {
        for (int d = 0; d < at.columns; ++d) {
            Matrix below = at, above = at;
            below(i, d) -= step;
            above(i, d) += step;
            const double slope =
                (forward(above, 0.3f).loss - forward(below, 0.3f).loss) / (2 * step);
            EXPECT_NEAR(out.dz(d, i), slope, 1e-6) << "row " << i << " column " << d;
        }
    }
}

// The loss without blocks or statistics: automatic differentiation refuses the running maxima.
Func textbook_loss(const Func &z, int rows, int columns, float inverse_temperature) {
    Halide::Var d, i, j;
    Halide::RDom column(0, columns), other(0, rows), row(0, rows);
    Func squares("squares"), u("u"), similarity("similarity"), sum("sum"), loss("loss");
    squares(i) = 0.0f;
    squares(i) += z(column, i) * z(column, i);
    u(d, i) = z(d, i) / sqrt(squares(i));
    similarity(i, j) = 0.0f;
    similarity(i, j) += u(column, i) * u(column, j);
    sum(i) = 0.0f;
    sum(i) += select(other == i, 0.0f, exp((similarity(i, other) - 1.0f) * inverse_temperature));
    const Halide::Expr positive = similarity(row, (row + rows / 2) % rows);
    loss() = 0.0f;
    loss() += (log(sum(row)) - (positive - 1.0f) * inverse_temperature) / float(rows);
    return loss;
}

TEST(NtXent, GradientAgreesWithAutomaticDifferentiation) {
    Buffer<float> z = pairs(6, 3);
    Func input("input");
    Halide::Var d, i;
    input(d, i) = z(d, i);
    const Halide::Derivative derivative =
        Halide::propagate_adjoints(textbook_loss(input, 6, 3, 2.0f));
    const Buffer<float> expected = derivative(input).realize({3, 6});
    const Output out = run(z, 0.5f, 4);
    for (int row = 0; row < 6; ++row) {
        for (int column = 0; column < 3; ++column) {
            EXPECT_NEAR(out.dz(column, row), expected(column, row), 1e-6);
        }
    }
}

TEST(NtXent, OnePairHasNoLoss) {
    const Output out = run(pairs(2, 16), 0.5f, 16);
    EXPECT_NEAR(out.statistics(0), 0, 1e-6);
    EXPECT_EQ(out.statistics(1), 1);
    EXPECT_NEAR(out.statistics(2), 0, 1e-6);
}

TEST(NtXent, IdenticalRowsAreUniform) {
    Buffer<float> z(16, 64);
    z.fill(0.3f);
    const Output out = run(z, 0.1f, 16);
    expect_finite(out);
    EXPECT_NEAR(out.statistics(0), std::log(63.0), 1e-5);
    EXPECT_EQ(out.statistics(1), 0);
    EXPECT_NEAR(out.statistics(2), std::log(63.0), 1e-5);
    out.dz.for_each_value([](const float &value) { EXPECT_NEAR(value, 0, 1e-6); });
}

TEST(NtXent, ZeroRowsAreFinite) {
    Buffer<float> z = pairs(30, 7);
    for (int d = 0; d < 7; ++d) {
        z(d, 0) = z(d, 15) = z(d, 29) = 0;
    }
    Reference expected = forward(matrix(z), 0.5);
    backward(matrix(z), 0.5, 1, expected);
    const Output out = run(z, 0.5f, 16);
    expect_finite(out);
    expect_near(out, expected, 0.5);
}

TEST(NtXent, ScaleOfTheRowsDoesNotMatter) {
    const Buffer<float> z = pairs(30, 128);
    const Reference expected = forward(matrix(z), 0.5);
    for (float scale : {1e-11f, 1e-6f, 1e18f, 1e30f}) {
        SCOPED_TRACE(testing::Message() << "scale " << scale);
        Buffer<float> scaled = z.copy();
        scaled.for_each_value([&](float &value) { value *= scale; });
        const Output out = run(scaled, 0.5f, 16);
        expect_finite(out);
        EXPECT_NEAR(out.statistics(0), expected.loss, 1e-5);
        EXPECT_NEAR(out.statistics(1), expected.accuracy, 1e-6);
    }
}

TEST(NtXent, SmallestTemperatureKeepsOppositeRows) {
    // Every other row points away from row 0, so its sum is the least that can occur.
    Buffer<float> z(3, 8);
    z.fill(0);
    for (int i = 0; i < 8; ++i) {
        z(0, i) = i == 0 ? 1.0f : -1.0f;
    }
    Reference expected = forward(matrix(z), smallest_ntxent_temperature);
    backward(matrix(z), smallest_ntxent_temperature, 1, expected);
    const Output out = run(z, smallest_ntxent_temperature, 4);
    expect_finite(out);
    expect_near(out, expected, smallest_ntxent_temperature);
}

TEST(NtXent, NotANumberIsNotHidden) {
    Buffer<float> z = pairs(30, 7);
    z(3, 11) = std::numeric_limits<float>::quiet_NaN();
    EXPECT_TRUE(std::isnan(run(z, 0.5f, 16).statistics(0)));
}

} // namespace
} // namespace haliclr::dsl
