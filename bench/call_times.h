// Host time of short calls, taken over batches: one call is too short for a clock. Free of
// LibTorch, as a program without it measures the same way.
#pragma once

#include <functional>

namespace haliclr::bench {

// What is called: unit_rows on so few numbers that a call is the way to the kernel and back.
inline constexpr int launch_rows = 8, launch_columns = 128;

// Microseconds of one call, over all batches.
struct CallTimes {
    double median, fastest, slowest;
};

// Batches of calls, of a hundred calls each, for so many seconds, at least five batches. wait,
// which is not timed, runs after each: a GPU's queue stays shorter than what would hold the host
// up. One batch before them is not counted.
CallTimes time_calls(const std::function<void()> &call, const std::function<void()> &wait,
                     double seconds);

} // namespace haliclr::bench
