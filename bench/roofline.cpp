// The CPU's roofs, and LibTorch's matrix product.
#include "bench/roofline.h"

#include "bench/device_roofline.h"
#include "bench/measure.h"
#include "machine/roofline.h"
#include "runtime/binding/backend.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

namespace haliclr::bench {

namespace {

Roofline measure_cpu() {
    constexpr int64_t side = 2048, bytes = 512 << 20;
    const int threads = at::get_num_threads();
    const at::Tensor a = at::rand({side, side}), b = at::rand({side, side});
    at::Tensor product = at::empty({side, side});
    const auto times = measure_interleaved({{"matrix product", [&] { at::mm_out(product, a, b); }}},
                                           {5, 1.0, at::kCPU});
    return {measure_peak(threads), 2.0 * side * side * side / times[0].fastest / 1e6,
            measure_memory(threads, bytes)};
}

} // namespace

ProductRoof product_roof(const Roofline &roofline, const std::string &factors) {
    if (factors == "fp32") {
        return {roofline.peak_gflops, "fp32 peak"};
    }
    const auto peak = factors == "tf32" ? roofline.tf32_gflops : roofline.bf16_gflops;
    return {peak.value(), factors + " peak of tensor cores"};
}

Roofline measure_roofline(at::Device device) {
    const bool on_cpu = runtime::choose_backend("roofline", device) == runtime::Backend::cpu;
    return on_cpu ? measure_cpu() : measure_device_roofline(device);
}

} // namespace haliclr::bench
