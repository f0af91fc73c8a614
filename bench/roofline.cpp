// Chains of multiply-adds, and LibTorch's matrix product and copy.
#include "bench/roofline.h"

#include "bench/device_roofline.h"
#include "bench/measure.h"
#include "machine/multiply_adds.h"
#include "runtime/binding/backend.h"

#include <ATen/Parallel.h>
#include <torch/torch.h>

#include <algorithm>
#include <atomic>
#include <cstring>

namespace haliclr::bench {

namespace {

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
    const int threads = at::get_num_threads();
    std::atomic<float> kept = 0; // so that the chains are not optimized away

    const auto times =
        measure_interleaved({{"multiply-adds",
                              [&] {
                                  at::parallel_for(0, threads, 1, [&](int64_t begin, int64_t end) {
                                      for (int64_t i = begin; i < end; ++i) {
                                          kept = run_multiply_adds(rounds);
                                      }
                                  });
                              }},
                             {"matrix product", [&] { at::mm_out(product, a, b); }},
                             {"copy", [&] { target.copy_(source); }},
                             {"memcpy a thread", [&] { copy_by_threads(target, source); }}},
                            {5, 1.0, at::kCPU});
    return {flop_of_multiply_adds(rounds) * threads / times[0].fastest / 1e6,
            2.0 * side * side * side / times[1].fastest / 1e6,
            2.0 * 4 * copied / std::min(times[2].fastest, times[3].fastest) / 1e6};
}

} // namespace

Roofline measure_roofline(at::Device device) {
    const bool on_cpu = runtime::choose_backend("roofline", device) == runtime::Backend::cpu;
    return on_cpu ? measure_cpu() : measure_device_roofline(device);
}

} // namespace haliclr::bench
