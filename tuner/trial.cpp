// The clock around calls.
#include "tuner/trial.h"

#include <algorithm>
#include <chrono>

namespace haliclr::tuner {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

double time_call(Trial &trial, int calls) {
    const auto start = Clock::now();
    trial.run(calls);
    return seconds_since(start) / calls * 1000;
}

// Calls of a round: a clock's tick and the start of threads must not count.
int calls_of_a_round(Trial &trial) {
    constexpr double least_ms = 1, most_calls = 1000;
    trial.run(1);
    const double once = std::min(time_call(trial, 1), time_call(trial, 1));
    return static_cast<int>(std::clamp(least_ms / std::max(once, 1e-6), 1.0, most_calls));
}

} // namespace

std::vector<double> time_rounds(Trial &trial, const Rounds &rounds) {
    const int calls = calls_of_a_round(trial);
    std::vector<double> times;
    const auto start = Clock::now();
    while (
        static_cast<int>(times.size()) < rounds.least ||
        (static_cast<int>(times.size()) < rounds.most && seconds_since(start) < rounds.seconds)) {
        times.push_back(time_call(trial, calls));
    }
    return times;
}

std::vector<std::vector<double>> time_interleaved(const std::vector<std::unique_ptr<Trial>> &trials,
                                                  const Rounds &rounds) {
    std::vector<int> calls;
    for (const auto &trial : trials) {
        calls.push_back(calls_of_a_round(*trial));
    }
    std::vector<std::vector<double>> times(trials.size());
    const auto start = Clock::now();
    for (int round = 0;
         round < rounds.least || (round < rounds.most && seconds_since(start) < rounds.seconds);
         ++round) {
        for (size_t turn = 0; turn < trials.size(); ++turn) {
            const size_t t = round % 2 == 0 ? turn : trials.size() - 1 - turn;
            times[t].push_back(time_call(*trials[t], calls[t]));
        }
    }
    return times;
}

} // namespace haliclr::tuner
