// Chains of multiply-adds that never leave the registers, and LibTorch's matrix product and copy.
#include "bench/roofline.h"

#include "bench/device_roofline.h"
#include "bench/measure.h"
#include "runtime/binding/backend.h"

#include <ATen/Parallel.h>
#include <torch/torch.h>

#include <algorithm>
#include <atomic>
#include <cstring>

namespace haliclr::bench {

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

// memcpy may write past the caches, which LibTorch's copy does not.
void copy_by_threads(at::Tensor &target, const at::Tensor &source) {
    float *const to = target.data_ptr<float>();
    const float *const from = source.data_ptr<float>();
    at::parallel_for(0, source.numel(), at::divup(source.numel(), at::get_num_threads()),
                     [&](int64_t begin, int64_t end) {
                         std::memcpy(to + begin, from + begin,
                                     static_cast<size_t>(end - begin) * sizeof(float));
                     });
}

Roofline measure_cpu() {
    constexpr int64_t side = 2048, copied = 64 << 20, rounds = 10'000'000;
    const at::Tensor a = at::rand({side, side}), b = at::rand({side, side});
    at::Tensor product = at::empty({side, side});
    const at::Tensor source = at::rand({copied});
    at::Tensor target = at::empty({copied});
    const Widest widest = widest_chains();
    const int threads = at::get_num_threads();
    std::atomic<float> kept = 0; // so that the chains are not optimized away

    const auto times =
        measure_interleaved({{"multiply-adds",
                              [&] {
                                  at::parallel_for(0, threads, 1, [&](int64_t begin, int64_t end) {
                                      for (int64_t i = begin; i < end; ++i) {
                                          kept = widest.run(rounds);
                                      }
                                  });
                              }},
                             {"matrix product", [&] { at::mm_out(product, a, b); }},
                             {"copy", [&] { target.copy_(source); }},
                             {"memcpy a thread", [&] { copy_by_threads(target, source); }}},
                            {5, 1.0, at::kCPU});
    return {2.0 * chains * widest.lanes * rounds * threads / times[0].fastest / 1e6,
            2.0 * side * side * side / times[1].fastest / 1e6,
            2.0 * 4 * copied / std::min(times[2].fastest, times[3].fastest) / 1e6};
}

} // namespace

Roofline measure_roofline(at::Device device) {
    const bool on_cpu = runtime::choose_backend("roofline", device) == runtime::Backend::cpu;
    return on_cpu ? measure_cpu() : measure_device_roofline(device);
}

} // namespace haliclr::bench
