// SplitMix64: a small generator whose numbers are the same with every compiler and standard
// library. Source: G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators"
// (2014).
#pragma once

#include <cstdint>

namespace haliclr::trainer {

class SplitMix64 {
public:
    explicit SplitMix64(uint64_t seed) : state(seed) {}

    uint64_t next() {
        state += 0x9e3779b97f4a7c15u;
        uint64_t mixed = state;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9u;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
        return mixed ^ (mixed >> 31);
    }

    // Uniform over 0 .. bound - 1, bound >= 1. The numbers that would favour small results are
    // drawn again, so that each result is equally likely.
    uint64_t below(uint64_t bound) {
        const uint64_t surplus = (0 - bound) % bound; // 2^64 mod bound
        uint64_t value = next();
        while (value < surplus) {
            value = next();
        }
        return value % bound;
    }

    // Uniform over [low, high).
    double uniform(double low, double high) {
        return low + (high - low) * static_cast<double>(next() >> 11) * 0x1p-53;
    }

private:
    uint64_t state;
};

} // namespace haliclr::trainer
