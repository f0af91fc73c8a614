// Measured rates are rates: their size is the machine's affair.
#include "machine/multiply_adds.h"
#include "machine/roofline.h"

#include <gtest/gtest.h>

#include <cmath>

namespace haliclr {
namespace {

TEST(Roofline, MultiplyAddsAreCountedByRounds) {
    EXPECT_GT(flop_of_multiply_adds(1), 0);
    EXPECT_EQ(flop_of_multiply_adds(10), 10 * flop_of_multiply_adds(1));
    EXPECT_TRUE(std::isfinite(run_multiply_adds(1000)));
}

TEST(Roofline, RatesArePositiveForAnyThreadsAndSizes) {
    EXPECT_GT(measure_peak(2), 0);
    for (const int64_t bytes : {int64_t{1}, int64_t{1} << 16, int64_t{3} << 20}) {
        EXPECT_GT(measure_memory(1, bytes), 0) << bytes;
        EXPECT_GT(measure_memory(3, bytes), 0) << bytes;
    }
}

} // namespace
} // namespace haliclr
