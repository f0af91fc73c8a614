// Every thread works on its own; their rates add up.
#include "machine/roofline.h"

#include "machine/multiply_adds.h"

#include <algorithm>
#include <barrier>
#include <chrono>
#include <cstring>
#include <functional>
#include <thread>
#include <vector>

namespace haliclr {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int repetitions = 25; // short ones, so that others on the machine spare some

// Makes the work of each thread, which does `amount` a call; returns amounts a second of them all.
double best_rate(int threads, double amount,
                 const std::function<std::function<void()>()> &make_work) {
    std::vector<std::vector<double>> rates(threads, std::vector<double>(repetitions));
    std::barrier together(threads);
    const auto measure = [&](int thread) {
        const std::function<void()> work = make_work();
        work(); // pages and caches
        for (double &rate : rates[thread]) {
            together.arrive_and_wait();
            const auto start = Clock::now();
            work();
            rate = amount / std::chrono::duration<double>(Clock::now() - start).count();
        }
    };
    std::vector<std::thread> running;
    for (int thread = 0; thread < threads; ++thread) {
        running.emplace_back(measure, thread);
    }
    for (std::thread &thread : running) {
        thread.join();
    }
    double best = 0;
    for (int i = 0; i < repetitions; ++i) {
        double sum = 0;
        for (const std::vector<double> &of_thread : rates) {
            sum += of_thread[i];
        }
        best = std::max(best, sum);
    }
    return best;
}

// Gigabytes a second of passes over memory that move `bytes` each, a thread; so many at a time that
// a clock can tell.
template <typename MakePass>
double pass_rate(int threads, int64_t bytes, const MakePass &make_pass) {
    constexpr int64_t moved_at_least = 16 << 20;
    const int64_t passes = std::max<int64_t>(1, moved_at_least / bytes);
    return best_rate(threads, static_cast<double>(bytes * passes) / 1e9, [=] {
        return [pass = make_pass(), passes]() mutable {
            for (int64_t i = 0; i < passes; ++i) {
                pass();
            }
        };
    });
}

// One half of each thread's slice to the other.
double copy_rate(int threads, int64_t slice) {
    const int64_t half = slice / 2;
    return pass_rate(threads, 2 * half, [half] {
        return [from = std::vector<char>(half, 1), to = std::vector<char>(half)]() mutable {
            std::memcpy(to.data(), from.data(), to.size());
            asm volatile("" : : "r"(to.data()) : "memory"); // each copy is made
        };
    });
}

// Each value of each thread's slice by a factor.
double update_rate(int threads, int64_t slice) {
    const int64_t values = slice / 4;
    return pass_rate(threads, 2 * 4 * values, [values] {
        return [all = std::vector<float>(values, 1)]() mutable {
            volatile float any = 1; // no number that the compiler knows
            const float factor = any;
            for (float &value : all) {
                value *= factor;
            }
            asm volatile("" : : "r"(all.data()) : "memory"); // each update is made
        };
    });
}

} // namespace

double measure_peak(int threads) {
    constexpr int64_t rounds = 1'000'000;
    return best_rate(threads, flop_of_multiply_adds(rounds) / 1e9, [] {
        return [] { [[maybe_unused]] volatile float kept = run_multiply_adds(rounds); };
    });
}

double measure_memory(int threads, int64_t bytes) {
    constexpr int64_t least = 8192, most = 512 << 20;
    const int64_t slice = std::max(least, std::min(bytes, most) / threads);
    return std::max(copy_rate(threads, slice), update_rate(threads, slice));
}

} // namespace haliclr
