// Batches of calls: how many, and that waits are not among them.
#include "bench/call_times.h"

#include <gtest/gtest.h>

namespace haliclr::bench {
namespace {

TEST(BenchCallTimes, WaitsAfterEveryHundredCalls) {
    int calls = 0, waits = 0, before_wait = 0;
    const CallTimes times = time_calls([&] { ++calls; },
                                       [&] {
                                           ++waits;
                                           EXPECT_EQ(calls - before_wait, 100);
                                           before_wait = calls;
                                       },
                                       0);
    EXPECT_EQ(waits, 6); // the first is not counted
    EXPECT_LE(times.fastest, times.median);
    EXPECT_LE(times.median, times.slowest);
}

} // namespace
} // namespace haliclr::bench
