// When a gain counts.
#include "tuner/significance.h"

#include <gtest/gtest.h>

#include <random>

namespace haliclr::tuner {
namespace {

std::vector<double> noisy(double level, double noise, int rounds, int seed) {
    std::mt19937 random(seed);
    std::uniform_real_distribution<double> factor(1 - noise, 1 + noise);
    std::vector<double> times;
    for (int i = 0; i < rounds; ++i) {
        times.push_back(level * factor(random));
    }
    return times;
}

TEST(TunerSignificance, SignTestIsTheBinomialDistribution) {
    EXPECT_NEAR(sign_test(5, 0), 2.0 / 32, 1e-12);
    EXPECT_NEAR(sign_test(8, 2), 2 * (1 + 10 + 45) / 1024.0, 1e-12);
    EXPECT_DOUBLE_EQ(sign_test(4, 4), 1);
    EXPECT_DOUBLE_EQ(sign_test(0, 0), 1);
}

TEST(TunerSignificance, MedianOfEvenAndOddCounts) {
    EXPECT_DOUBLE_EQ(median({3, 1, 2}), 2);
    EXPECT_DOUBLE_EQ(median({4, 1, 2, 3}), 2.5);
}

TEST(TunerSignificance, AClearGainCounts) {
    const Comparison result = compare(noisy(10, 0.02, 30, 1), noisy(9, 0.02, 30, 2));
    EXPECT_TRUE(result.is_gain());
    EXPECT_NEAR(result.gain, 0.1, 0.01);
}

TEST(TunerSignificance, ASmallGainDoesNotCountHoweverCertain) {
    EXPECT_FALSE(compare(std::vector<double>(40, 10), std::vector<double>(40, 9.8)).is_gain());
}

TEST(TunerSignificance, NoiseDoesNotCount) {
    for (int seed = 0; seed < 20; ++seed) {
        const Comparison result = compare(noisy(10, 0.3, 30, seed), noisy(10, 0.3, 30, 99 - seed));
        EXPECT_FALSE(result.is_gain()) << "seed " << seed;
    }
    // Few rounds prove nothing.
    EXPECT_FALSE(compare({10, 10, 10, 10, 10}, {8, 8, 8, 8, 8}).is_gain());
}

TEST(TunerSignificance, TiesAreNeitherWinsNorLosses) {
    EXPECT_DOUBLE_EQ(compare({1, 1, 1}, {1, 1, 1}).p, 1);
}

} // namespace
} // namespace haliclr::tuner
