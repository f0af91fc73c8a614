// Conversions by bits against Halide's own float16_t and bfloat16_t.
#include "dsl/low_precision.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace haliclr {
namespace {

using dsl::Precision;
using Halide::Buffer;

template <typename T>
void expect_widened(Precision precision) {
    Halide::Var i;
    Halide::Func wide;
    wide(i) = dsl::widened(Halide::cast<uint16_t>(i), precision);
    const Buffer<float, 1> found = wide.realize({1 << 16});
    for (int bits = 0; bits < 1 << 16; ++bits) {
        const auto expected = static_cast<float>(T::make_from_bits(static_cast<uint16_t>(bits)));
        if (std::isnan(expected)) {
            ASSERT_TRUE(std::isnan(found(bits))) << bits;
        } else {
            ASSERT_EQ(found(bits), expected) << bits;
        }
    }
}

TEST(LowPrecision, WidensEveryValueExactly) {
    expect_widened<Halide::float16_t>(Precision::float16);
    expect_widened<Halide::bfloat16_t>(Precision::bfloat16);
}

std::vector<float> values() {
    std::vector<float> list{0.0f,     -0.0f,   65504.0f,  65519.9f,          65520.0f,
                            65536.0f, 1e38f,   -INFINITY, 6.0e-8f,           2.9e-8f,
                            3.0e-8f,  6.1e-5f, 6.09e-5f,  1.0009765625f / 2, 2049.0f,
                            2051.0f,  -1e-40f};
    std::mt19937 random(3);
    std::uniform_real_distribution<float> exponent(-30, 20), sign(-1, 1);
    for (int i = 0; i < 20000; ++i) {
        list.push_back(std::exp2(exponent(random)) * sign(random));
    }
    return list;
}

template <typename T>
void expect_narrowed(Precision precision) {
    std::vector<float> given = values();
    given.push_back(NAN);
    const int count = static_cast<int>(given.size());
    const Buffer<float, 1> wide(given.data(), count);
    Halide::Var i;
    Halide::Func narrow;
    narrow(i) = dsl::narrowed(wide(i), precision);
    const Buffer<uint16_t, 1> found = narrow.realize({count});
    for (int at = 0; at + 1 < count; ++at) {
        ASSERT_EQ(found(at), T(given[at]).to_bits()) << given[at];
    }
    EXPECT_TRUE(std::isnan(static_cast<float>(T::make_from_bits(found(count - 1)))));
}

TEST(LowPrecision, RoundsToNearestEven) {
    expect_narrowed<Halide::float16_t>(Precision::float16);
    expect_narrowed<Halide::bfloat16_t>(Precision::bfloat16);
}

} // namespace
} // namespace haliclr
