// The comparison that decides whether a candidate's results are right.
#include "tuner/reference.h"

#include <gtest/gtest.h>

#include <limits>

namespace haliclr::tuner {
namespace {

using Halide::Buffer;

class TunerReference : public testing::Test {
protected:
    Buffer<float> right{100, 200}, found{100, 200};

    void SetUp() override {
        right.for_each_element([&](int x, int y) { right(x, y) = x - 0.01f * y; });
        found.copy_from(right);
    }

    std::string difference(const ResultFormat &format = {}) {
        Reference reference({right}, format);
        EXPECT_FALSE(reference.is_stored());
        reference.store({right});
        EXPECT_TRUE(reference.is_stored());
        return reference.difference({found});
    }
};

TEST_F(TunerReference, EqualResultsAndRoundingPass) {
    EXPECT_EQ(difference(), "");
    found.for_each_value([](float &value) { value += 5e-3f; }); // of 99: under 1e-4
    EXPECT_EQ(difference(), "");
}

TEST_F(TunerReference, OneElementInTenThousandMayJumpWhereThereAreJumps) {
    ResultFormat jumping;
    jumping.jumps = true;
    found(3, 3) += 50;
    EXPECT_EQ(difference(), "wrong result: 1 of 20000 elements of output 0 differ, by up to 50");
    found(3, 4) += 50;
    EXPECT_EQ(difference(jumping), "");
    found(3, 5) += 50;
    EXPECT_EQ(difference(jumping),
              "wrong result: 3 of 20000 elements of output 0 differ, by up to 50");
}

TEST_F(TunerReference, OfFewElementsOneMayJump) {
    ResultFormat jumping;
    jumping.jumps = true;
    right = Buffer<float>(10, 2);
    right.fill(1);
    found = right.copy();
    found(0, 0) = 2;
    EXPECT_EQ(difference(jumping), "");
    found(1, 1) = 2;
    EXPECT_NE(difference(jumping), "");
}

TEST_F(TunerReference, NansAreWrongAndEqualInfinitiesAreNot) {
    const float infinity = std::numeric_limits<float>::infinity();
    right(0, 0) = found(0, 0) = -infinity;
    EXPECT_EQ(difference(), "");
    found.fill(std::numeric_limits<float>::quiet_NaN());
    EXPECT_NE(difference(), "");
}

TEST(TunerReferenceFormat, ColumnsOfATableHaveMagnitudesOfTheirOwn) {
    Buffer<float> right(2, 10), found(2, 10);
    right.for_each_element([&](int x, int y) { right(x, y) = x == 0 ? 1e9f : 1.0f + y; });
    found.copy_from(right);
    found(1, 4) += 0.5f;
    Reference one_magnitude({right}), table({right}, {2});
    one_magnitude.store({right});
    table.store({right});
    EXPECT_EQ(one_magnitude.difference({found}), "");
    EXPECT_EQ(table.difference({found}),
              "wrong result: 1 of 10 elements of output 0 differ, by up to 0.5");
}

TEST(TunerReferenceFormat, PlanesOfAnOutputHaveMagnitudesOfTheirOwn) {
    Buffer<float> sums(3), state(10, 3), found(10, 3);
    sums.fill(1);
    state.for_each_element([&](int x, int c) { state(x, c) = c == 1 ? 1e9f : 1.0f; });
    found.copy_from(state);
    found(4, 2) += 0.5f;
    ResultFormat planes;
    planes.planes = {1, 3};
    Reference whole({sums, state}), parts({sums, state}, planes);
    whole.store({sums, state});
    parts.store({sums, state});
    EXPECT_EQ(whole.difference({sums, found}), "");
    EXPECT_EQ(parts.difference({sums, found}),
              "wrong result: 1 of 10 elements of output 1 differ, by up to 0.5");
}

TEST(TunerReferenceFormat, BitsAreReadAsTheNumbersTheyHold) {
    Buffer<uint16_t> right(3), found(3);
    right.fill(Halide::bfloat16_t(1.0f).to_bits());
    found.fill(Halide::bfloat16_t(1.0f).to_bits() + 1); // 1 / 128 more
    ResultFormat format;
    format.of_bits = Halide::BFloat(16);
    Reference reference({right}, format);
    reference.store({right});
    EXPECT_EQ(reference.difference({found}), "");
    found.fill(Halide::bfloat16_t(1.0f).to_bits() + 2);
    EXPECT_NE(reference.difference({found}), "");
}

TEST(TunerTolerance, GrowsWithFewerBits) {
    EXPECT_LT(relative_tolerance(Halide::Float(32)), relative_tolerance(Halide::Float(16)));
    EXPECT_LT(relative_tolerance(Halide::Float(16)), relative_tolerance(Halide::BFloat(16)));
}

} // namespace
} // namespace haliclr::tuner
