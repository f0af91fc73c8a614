// bounded_exponential against std::exp in double, over its whole domain and by vectors.
#include "dsl/exponential.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace haliclr {
namespace {

using Halide::Buffer;

Buffer<float, 1> exponentials(std::vector<float> &x, int vector) {
    const Buffer<float, 1> given(x.data(), static_cast<int>(x.size()));
    Halide::Var i;
    Halide::Func exponential;
    exponential(i) = dsl::bounded_exponential(given(i));
    exponential.vectorize(i, vector, Halide::TailStrategy::GuardWithIf);
    return exponential.realize({static_cast<int>(x.size())});
}

TEST(BoundedExponential, IsWithinItsRelativeError) {
    constexpr int steps = 1'000'003;
    std::vector<float> x(steps);
    for (int i = 0; i < steps; ++i) {
        x[i] = -87.3f + 87.6f * static_cast<float>(i) / (steps - 1);
    }
    for (const int vector : {1, 4, 8, 16}) {
        const Buffer<float, 1> found = exponentials(x, vector);
        for (int i = 0; i < steps; ++i) {
            const double exact = std::exp(static_cast<double>(x[i]));
            const double allowed = 0x1p-23 * (1 + 0.625 * std::abs(x[i]));
            ASSERT_LE(std::abs(found(i) - exact), allowed * exact)
                << "x = " << x[i] << ", by " << vector;
        }
    }
}

TEST(BoundedExponential, IsOneAtZeroAndZeroWhereItLeavesTheNormalNumbers) {
    const float infinity = std::numeric_limits<float>::infinity();
    std::vector<float> x = {0.0f, -0.0f, -87.31f, -1000.0f, -infinity};
    const Buffer<float, 1> found = exponentials(x, 8);
    EXPECT_EQ(found(0), 1.0f);
    EXPECT_EQ(found(1), 1.0f);
    for (const int i : {2, 3, 4}) {
        EXPECT_EQ(found(i), 0.0f) << x[i];
    }
}

TEST(BoundedExponential, KeepsWhatIsNotANumber) {
    std::vector<float> x(16, std::numeric_limits<float>::quiet_NaN());
    const Buffer<float, 1> found = exponentials(x, 16);
    for (int i = 0; i < 16; ++i) {
        EXPECT_TRUE(std::isnan(found(i)));
    }
}

} // namespace
} // namespace haliclr
