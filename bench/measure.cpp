// Interleaved timing.
#include "bench/measure.h"

#include "bench/peak_memory.h"
#include "bench/stopwatch.h"

#include <algorithm>
#include <chrono>

namespace haliclr::bench {

namespace {

using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point start) {
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

} // namespace

std::vector<Timing> measure_interleaved(const std::vector<Candidate> &candidates,
                                        const Effort &effort) {
    const Stopwatch stopwatch(effort.device);
    for (const Candidate &candidate : candidates) {
        candidate.work();
    }
    stopwatch.wait();
    std::vector<std::vector<double>> times(candidates.size());
    const Clock::time_point start = Clock::now();
    for (int round = 0;
         round < effort.least_rounds || milliseconds_since(start) < 1000 * effort.seconds;
         ++round) {
        for (size_t i = 0; i < candidates.size(); ++i) {
            times[i].push_back(stopwatch.time(candidates[i].work));
        }
    }
    std::vector<Timing> result;
    for (size_t i = 0; i < candidates.size(); ++i) {
        std::vector<double> &one = times[i];
        std::sort(one.begin(), one.end());
        result.push_back(
            {one[one.size() / 2], one.front(), one.back(), peak_extra_mib(candidates[i].work)});
    }
    return result;
}

} // namespace haliclr::bench
