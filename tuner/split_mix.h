// Random numbers that are the same with every standard library, unlike <random>'s distributions, so
// that a printed seed gives the same case everywhere.
#pragma once

#include <cstdint>
#include <vector>

namespace haliclr::tuner {

// Sebastiano Vigna's splitmix64.
class SplitMix {
public:
    explicit SplitMix(uint64_t seed) : state(seed) {}

    uint64_t next() {
        state += 0x9e3779b97f4a7c15;
        uint64_t mixed = state;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
        return mixed ^ (mixed >> 31);
    }
    // Both ends included.
    int between(int low, int high) {
        return low + static_cast<int>(next() % (static_cast<uint64_t>(high - low) + 1));
    }
    // With this many chances in 100.
    bool happens(int percent) { return between(1, 100) <= percent; }

    template <typename T>
    const T &pick(const std::vector<T> &choices) {
        return choices[next() % choices.size()];
    }

private:
    uint64_t state;
};

} // namespace haliclr::tuner
