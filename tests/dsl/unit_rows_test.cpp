// Unit rows, unscheduled, against plain loops in double.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "dsl/unit_rows.h"
#include "tests/dsl/pairwise_case.h"

namespace haliclr {
namespace {

using Halide::Buffer;

struct Rows {
    Buffer<float> inverse_norms, unit;
};

Rows normalised(Buffer<float> z) {
    const int run = dsl::unit_row_alignment;
    Rows out{Buffer<float>(z.height()),
             Buffer<float>((z.width() + run - 1) / run * run, z.height())};
    dsl::UnitRows rows(Halide::Func(z), z.width());
    rows.norms.compute_root();
    Halide::Pipeline({rows.inverse_norms, rows.unit}).realize({out.inverse_norms, out.unit});
    return out;
}

TEST(UnitRows, AgreeWithDoubleAndAreFilledUpWithZeros) {
    for (int columns : {1, 3, 31, 32, 33, 64, 130}) {
        const Buffer<float> z = pairs(14, columns);
        std::vector<double> inverse_norms;
        const reference::Matrix expected = reference::unit_rows(matrix(z), inverse_norms);
        const Rows rows = normalised(z);
        for (int i = 0; i < z.height(); ++i) {
            EXPECT_NEAR(rows.inverse_norms(i) / inverse_norms[i], 1, 1e-6);
            for (int d = 0; d < rows.unit.width(); ++d) {
                ASSERT_NEAR(rows.unit(d, i), d < columns ? expected(i, d) : 0.0, 1e-6)
                    << columns << " columns, row " << i << " column " << d;
            }
        }
    }
}

TEST(UnitRows, NeitherOverflowNorVanish) {
    for (float scale : {1e-11f, 1e20f, 1e30f, 1e38f}) {
        Buffer<float> z(40, 2);
        z.fill(scale);
        const Rows rows = normalised(z);
        EXPECT_NEAR(rows.unit(39, 1), 1 / std::sqrt(40.0), 1e-6) << scale;
    }
}

TEST(UnitRows, ShortRowsAreDividedByTheLeastNorm) {
    Buffer<float> z(4, 2);
    z.fill(0);
    z(2, 1) = 1e-14f;
    const Rows rows = normalised(z);
    EXPECT_EQ(rows.unit(0, 0), 0);
    EXPECT_NEAR(rows.unit(2, 1), 0.01, 1e-6);
    EXPECT_NEAR(rows.inverse_norms(0) * dsl::smallest_row_norm, 1, 1e-6);
}

TEST(UnitRows, NotANumberStaysInItsRow) {
    Buffer<float> z = pairs(4, 7);
    z(3, 2) = std::numeric_limits<float>::quiet_NaN();
    const Rows rows = normalised(z);
    EXPECT_TRUE(std::isnan(rows.unit(3, 2)));
    EXPECT_FALSE(std::isnan(rows.unit(3, 1)));
}

} // namespace
} // namespace haliclr
