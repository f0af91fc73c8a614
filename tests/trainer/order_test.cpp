// The order of an epoch: a permutation that only seed and epoch decide.
#include "trainer/data/order.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "trainer/data/splitmix64.h"

namespace haliclr::trainer {
namespace {

TEST(Order, IsAPermutation) {
    for (int64_t count : {0, 1, 2, 7, 1000}) {
        std::vector<int64_t> order = epoch_order(3, 4, count);
        std::vector<int64_t> expected(count);
        std::iota(expected.begin(), expected.end(), 0);
        std::sort(order.begin(), order.end());
        EXPECT_EQ(order, expected);
    }
}

TEST(Order, DependsOnSeedAndEpochOnly) {
    EXPECT_EQ(epoch_order(1, 2, 100), epoch_order(1, 2, 100));
    EXPECT_NE(epoch_order(1, 2, 100), epoch_order(1, 3, 100));
    EXPECT_NE(epoch_order(1, 2, 100), epoch_order(2, 2, 100));
    EXPECT_NE(epoch_order(1, 2, 100), epoch_order(2, 1, 100));
}

// Each image comes first equally often: 4000 +- 5 standard deviations of a binomial.
TEST(Order, IsUniform) {
    std::vector<int> first(5);
    for (uint64_t epoch = 0; epoch < 20000; epoch++) {
        first[epoch_order(9, epoch, 5)[0]]++;
    }
    for (int count : first) {
        EXPECT_NEAR(count, 4000, 283);
    }
}

// The first outputs for seed 1234567 that the generator's authors publish.
TEST(SplitMix64, KnownAnswers) {
    SplitMix64 random(1234567);
    EXPECT_EQ(random.next(), 6457827717110365317u);
    EXPECT_EQ(random.next(), 3203168211198807973u);
    EXPECT_EQ(random.next(), 9817491932198370423u);
}

} // namespace
} // namespace haliclr::trainer
