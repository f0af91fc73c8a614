// The pairwise algorithms, unscheduled but for one loop nest a Func, against plain loops in double.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <stdexcept>
#include <tuple>

#include "tests/dsl/pairwise_case.h"

namespace haliclr {
namespace {

using Halide::Buffer;
using Halide::Func;
using reference::evaluate;
using reference::Loss;

const Loss every_loss[] = {{"ntxent"},
                           {"nt_logistic"},
                           {"nt_logistic", 0.5, 0.4, true},
                           {"margin_triplet"},
                           {"margin_triplet", 0.5, 0.4, true}};

// Each algorithm is compiled once.
PairwiseOutput<float> run(const Buffer<float> &z, const Loss &loss, int block_rows = 16,
                          double gradient = 1, Similarities from = Similarities::computed) {
    static std::map<std::tuple<std::string, int, Similarities>,
                    std::unique_ptr<PairwisePasses<float>>>
        compiled;
    auto &passes = compiled[{loss.kind, block_rows, from}];
    if (passes == nullptr) {
        passes = unscheduled(loss.kind, block_rows, from);
    }
    return passes->run(z, loss, gradient);
}

void expect_finite(const PairwiseOutput<float> &out) {
    for (Buffer<float> buffer : {out.statistics, out.row_state, out.inverse_norms, out.dz}) {
        buffer.for_each_value([](float value) { EXPECT_TRUE(std::isfinite(value)); });
    }
}

class PairwiseRows : public testing::TestWithParam<int> {};

TEST_P(PairwiseRows, NtXentAgreesWithDouble) {
    for (int columns : {3, 16, 31, 130}) {
        const Buffer<float> z = pairs(GetParam(), columns);
        for (double temperature : {0.05, 0.1, 0.5, 1.0, 10.0}) {
            SCOPED_TRACE(testing::Message() << columns << " columns, temperature " << temperature);
            const Loss loss{"ntxent", temperature};
            expect_reference(run(z, loss, 16, 0.75), evaluate(matrix(z), loss, 0.75), temperature);
        }
    }
}

TEST_P(PairwiseRows, EveryLossAgreesWithDouble) {
    for (int columns : {3, 31, 130}) {
        const Buffer<float> z = pairs(GetParam(), columns);
        for (const Loss &loss : every_loss) {
            for (Similarities from : {Similarities::computed, Similarities::stored}) {
                SCOPED_TRACE(testing::Message()
                             << columns << " columns, " << loss.kind << " semi-hard "
                             << loss.semi_hard << " similarities " << static_cast<int>(from));
                expect_reference(run(z, loss, 16, 0.75, from), evaluate(matrix(z), loss, 0.75),
                                 loss.temperature);
            }
        }
    }
}

// A similarity is then off by up to half a step, 1.5e-5, which the temperature divides.
TEST_P(PairwiseRows, NtXentFromSixteenBitsAgreesWithDouble) {
    constexpr double rounding = 35;
    for (int columns : {3, 31, 130}) {
        const Buffer<float> z = pairs(GetParam(), columns);
        for (double temperature : {0.1, 0.5, 10.0}) {
            SCOPED_TRACE(testing::Message() << columns << " columns, temperature " << temperature);
            const Loss loss{"ntxent", temperature};
            expect_reference(run(z, loss, 16, 0.75, Similarities::stored_fixed),
                             evaluate(matrix(z), loss, 0.75), temperature, rounding);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(, PairwiseRows, testing::Values(2, 4, 6, 14, 62, 64, 130));

TEST(Pairwise, OneColumnAgreesWithDouble) {
    // Rows are 1 or -1 then: every comparison with a positive is a tie, so only NT-Xent is smooth.
    const Buffer<float> z = pairs(62, 1);
    expect_reference(run(z, {}), evaluate(matrix(z), {}), 0.5);
}

TEST(Pairwise, BlocksDoNotChangeTheResult) {
    const Buffer<float> z = pairs(62, 31);
    for (const Loss &loss : every_loss) {
        for (int block_rows : {1, 7, 31, 62, 96}) {
            SCOPED_TRACE(testing::Message() << loss.kind << ", rows of a block " << block_rows);
            expect_reference(run(z, loss, block_rows), evaluate(matrix(z), loss), 0.5);
        }
    }
}

TEST(Pairwise, NeedsNoSchedule) {
    Buffer<float> z = pairs(6, 3);
    const reference::Reference expected = evaluate(matrix(z), {});
    const dsl::UnitRows rows(Func(z), 3);
    const auto loss = dsl::make_pairwise_loss("ntxent", {2.0f, 0.0f, false, 6});
    const dsl::PairwiseForward ntxent(rows.unit, {}, *loss, {6, 3, 4});
    const Buffer<float> statistics = Func(ntxent.statistics).realize({3});
    EXPECT_NEAR(statistics(0), expected.loss, 1e-5);
    EXPECT_NEAR(statistics(1), expected.accuracy, 1e-6);
    EXPECT_NEAR(statistics(2), expected.detail, 1e-5);
}

TEST(Pairwise, RefusesAnUnknownLoss) {
    EXPECT_THROW(dsl::make_pairwise_loss("ntxnet", {2.0f, 0.0f, false, 6}), std::invalid_argument);
}

// In double the algorithm's own loss shows its slope: gradcheck, without a reference.
TEST(Pairwise, GradientsAreTheSlopesOfTheLosses) {
    const Buffer<double> z = pairs<double>(14, 5);
    for (const Loss &loss : every_loss) {
        const auto passes = unscheduled<double>(loss.kind, 4);
        const Buffer<double> dz = passes->run(z, loss).dz;
        const double step = 1e-6;
        for (int i = 0; i < z.height(); ++i) {
            for (int d = 0; d < z.width(); ++d) {
                Buffer<double> below = z.copy(), above = z.copy();
                below(d, i) -= step;
                above(d, i) += step;
                const double slope = (passes->run(above, loss).statistics(0) -
                                      passes->run(below, loss).statistics(0)) /
                                     (2 * step);
                EXPECT_NEAR(dz(d, i), slope, 1e-8) << loss.kind << " row " << i << " column " << d;
            }
        }
    }
}

TEST(Pairwise, InDoubleRoundingIsDoubles) {
    const Buffer<double> z = pairs<double>(62, 31);
    for (const Loss &loss : every_loss) {
        const auto passes = unscheduled<double>(loss.kind, 16);
        expect_reference(passes->run(z, loss), evaluate(matrix(z), loss), 0.5, 1e-6);
    }
}

// The loss without blocks or statistics: automatic differentiation refuses the running maxima.
Func textbook_ntxent(const Func &z, int rows, int columns, float inverse_temperature) {
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
        Halide::propagate_adjoints(textbook_ntxent(input, 6, 3, 2.0f));
    const Buffer<float> expected = derivative(input).realize({3, 6});
    const PairwiseOutput<float> out = run(z, {}, 4);
    for (int row = 0; row < 6; ++row) {
        for (int column = 0; column < 3; ++column) {
            EXPECT_NEAR(out.dz(column, row), expected(column, row), 1e-6);
        }
    }
}

TEST(NtXent, OnePairHasNoLoss) {
    const PairwiseOutput<float> out = run(pairs(2, 16), {});
    EXPECT_NEAR(out.statistics(0), 0, 1e-6);
    EXPECT_EQ(out.statistics(1), 1);
    EXPECT_NEAR(out.statistics(2), 0, 1e-6);
}

TEST(NtXent, IdenticalRowsAreUniform) {
    Buffer<float> z(16, 64);
    z.fill(0.3f);
    const PairwiseOutput<float> out = run(z, {"ntxent", 0.1});
    expect_finite(out);
    EXPECT_NEAR(out.statistics(0), std::log(63.0), 1e-5);
    EXPECT_EQ(out.statistics(1), 0);
    EXPECT_NEAR(out.statistics(2), std::log(63.0), 1e-5);
    out.dz.for_each_value([](const float &value) { EXPECT_NEAR(value, 0, 1e-6); });
}

TEST(Pairwise, ZeroRowsAreFinite) {
    Buffer<float> z = pairs(30, 7);
    for (int d = 0; d < 7; ++d) {
        z(d, 0) = z(d, 15) = z(d, 29) = 0;
    }
    for (const Loss &loss : every_loss) {
        const PairwiseOutput<float> out = run(z, loss);
        expect_finite(out);
        expect_reference(out, evaluate(matrix(z), loss), 0.5);
    }
}

TEST(Pairwise, ScaleOfTheRowsDoesNotMatter) {
    const Buffer<float> z = pairs(30, 128);
    const reference::Reference expected = evaluate(matrix(z), {});
    for (float scale : {1e-11f, 1e-6f, 1e18f, 1e20f, 1e30f}) {
        SCOPED_TRACE(testing::Message() << "scale " << scale);
        Buffer<float> scaled = z.copy();
        scaled.for_each_value([&](float &value) { value *= scale; });
        const PairwiseOutput<float> out = run(scaled, {});
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
    const Loss loss{"ntxent", dsl::smallest_ntxent_temperature};
    const PairwiseOutput<float> out = run(z, loss, 4);
    expect_finite(out);
    expect_reference(out, evaluate(matrix(z), loss), loss.temperature);
}

TEST(PairwiseSizes, PlainTilesHaveNegativesAlone) {
    constexpr int size = 4;
    Halide::Param<int> rows;
    dsl::PairwiseSizes sizes{rows, 32, size, true};
    Halide::Var i, j, b, o;
    const Halide::Expr row = b * size + i, other = sizes.ahead(b, o) * size + j;
    const Halide::Expr behind = sizes.behind(b, o);
    const auto faulty = [&](const Halide::Expr &plain, const Halide::Expr &own,
                            const Halide::Expr &met) {
        return plain && !(sizes.enters(own, met, Halide::Internal::const_false()) &&
                          dsl::is_negative(rows, own, met));
    };
    Func plain, faults;
    plain(b, o) = {sizes.plain(o, sizes.to_last(b)), sizes.plain(o, sizes.ahead(b, 1))};
    faults(i, j, b, o) =
        faulty(plain(b, o)[0], row, other) || faulty(plain(b, o)[1], behind * size + j, row);
    plain.compute_root();
    Func count;
    count(b, o) = cast<int>(plain(b, o)[0]) + cast<int>(plain(b, o)[1]);
    Halide::Pipeline told({count, faults});
    for (int rows_of = 2; rows_of <= 30 * size; rows_of += 2) {
        rows.set(rows_of);
        const int blocks = (rows_of + size - 1) / size, offsets = blocks / 2 + 1;
        const int nearest = rows_of / 2 / size;
        Buffer<int> plain_tiles(blocks, offsets);
        Buffer<bool> at_fault(size, size, blocks, offsets);
        told.realize({plain_tiles, at_fault});
        at_fault.for_each_value([&](bool fault) { ASSERT_FALSE(fault) << rows_of << " rows"; });
        int found = 0;
        plain_tiles.for_each_value([&](int value) { found += value; });
        const int most = 2 * blocks * std::max(nearest - 1, 0);
        if (rows_of % size == 0) {
            EXPECT_EQ(found, most) << rows_of << " rows";
        } else if (nearest >= 8) {
            EXPECT_GT(found, 3 * most / 4) << rows_of << " rows";
        }
    }
}

TEST(NtXent, NotANumberIsNotHidden) {
    Buffer<float> z = pairs(30, 7);
    z(3, 11) = std::numeric_limits<float>::quiet_NaN();
    EXPECT_TRUE(std::isnan(run(z, {}).statistics(0)));
}

} // namespace
} // namespace haliclr
