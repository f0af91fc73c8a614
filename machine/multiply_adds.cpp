// Chains of multiply-adds, compiled for each width of vector; the processor picks.
#include "machine/multiply_adds.h"

namespace haliclr {

namespace {

// Two units of latency four need eight independent chains; twelve leave room.
constexpr int chains = 12;

template <typename Vector>
[[gnu::always_inline]] inline float multiply_add_chains(int64_t rounds) {
    Vector sums[chains];
    const Vector factor = Vector{} + 0.999f, addend = Vector{} + 1e-3f;
    for (int i = 0; i < chains; ++i) {
        sums[i] = Vector{} + static_cast<float>(i);
    }
    for (int64_t round = 0; round < rounds; ++round) {
#pragma GCC unroll 12
        for (int i = 0; i < chains; ++i) {
            sums[i] = sums[i] * factor + addend;
        }
    }
    float total = 0;
    for (const Vector &sum : sums) {
        total += sum[0];
    }
    return total;
}

using Four [[gnu::vector_size(16)]] = float;
float chains_of_four(int64_t rounds) {
    return multiply_add_chains<Four>(rounds);
}

#if defined(__x86_64__)
using Eight [[gnu::vector_size(32)]] = float;
using Sixteen [[gnu::vector_size(64)]] = float;

[[gnu::target("avx2,fma")]] float chains_of_eight(int64_t rounds) {
    return multiply_add_chains<Eight>(rounds);
}

[[gnu::target("avx512f")]] float chains_of_sixteen(int64_t rounds) {
    return multiply_add_chains<Sixteen>(rounds);
}
#endif

struct Widest {
    float (*run)(int64_t);
    int lanes;
};

Widest widest_chains() {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f")) {
        return {chains_of_sixteen, 16};
    }
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
        return {chains_of_eight, 8};
    }
#endif
    return {chains_of_four, 4};
}

} // namespace

float run_multiply_adds(int64_t rounds) {
    return widest_chains().run(rounds);
}

double flop_of_multiply_adds(int64_t rounds) {
    return 2.0 * chains * widest_chains().lanes * static_cast<double>(rounds);
}

} // namespace haliclr
