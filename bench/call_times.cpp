// Batches on the steady clock.
#include "bench/call_times.h"

#include <algorithm>
#include <chrono>
#include <vector>

namespace haliclr::bench {

namespace {

using Clock = std::chrono::steady_clock;
constexpr int calls_of_batch = 100;
constexpr size_t least_batches = 5;

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

double microseconds_of_call(const std::function<void()> &call, const std::function<void()> &wait) {
    const Clock::time_point start = Clock::now();
    for (int i = 0; i < calls_of_batch; ++i) {
        call();
    }
    const double seconds = seconds_since(start);
    wait();
    return 1e6 * seconds / calls_of_batch;
}

} // namespace

CallTimes time_calls(const std::function<void()> &call, const std::function<void()> &wait,
                     double seconds) {
    microseconds_of_call(call, wait);
    std::vector<double> times;
    const Clock::time_point start = Clock::now();
    while (times.size() < least_batches || seconds_since(start) < seconds) {
        times.push_back(microseconds_of_call(call, wait));
    }
    std::sort(times.begin(), times.end());
    return {times[times.size() / 2], times.front(), times.back()};
}

} // namespace haliclr::bench
