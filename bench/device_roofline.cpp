// Launches of the roofline's kernels, timed.
#include "bench/device_roofline.h"

#include "bench/stopwatch.h"
#include "dsl/roofline_limits.h"
#include "runtime/ops/roofline.h"

#include <ATen/ATen.h>
#include <ATen/Context.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <functional>
#include <string>

namespace haliclr::bench {

namespace {

using runtime::RooflineWork;

constexpr int64_t copied = 64 << 20;           // floats, 256 MiB: more than any cache
constexpr int64_t elements = int64_t{1} << 20; // enough threads for any device
constexpr int64_t warps = elements / dsl::roofline_lanes;
constexpr double long_enough = 20; // ms, beside which a launch counts for nothing

// The fastest of some executions after one that is not timed, in ms.
double fastest(const Stopwatch &stopwatch, const std::function<void()> &work) {
    work();
    stopwatch.wait();
    double least = stopwatch.time(work);
    for (int i = 0; i < 4; ++i) {
        least = std::min(least, stopwatch.time(work));
    }
    return least;
}

double milliseconds_of(const Stopwatch &stopwatch, RooflineWork &work) {
    return fastest(stopwatch, [&] {
        work.launch();
        work.wait();
    });
}

// Doubles the rounds until the work is long enough.
template <typename MakeWork, typename Flop>
double gflops_of(const Stopwatch &stopwatch, const MakeWork &work_of, const Flop &flop_of) {
    for (int rounds = 1;; rounds *= 2) {
        RooflineWork work = work_of(rounds);
        const double time = milliseconds_of(stopwatch, work);
        if (time >= long_enough) {
            return flop_of(rounds) / time / 1e6;
        }
    }
}

double multiply_add_gflops(const Stopwatch &stopwatch, at::Device device) {
    return gflops_of(
        stopwatch,
        [&](int rounds) {
            return RooflineWork::multiply_adds(device, elements, rounds, 0.999f, 1e-3f);
        },
        [](int rounds) { return dsl::roofline_flop(elements, rounds); });
}

// The faster of ours and, on CUDA devices, LibTorch's.
double copy_rate(const Stopwatch &stopwatch, at::Device device) {
    RooflineWork ours = RooflineWork::copy(device, copied);
    double time = milliseconds_of(stopwatch, ours);
    if (device.is_cuda()) {
        const at::Tensor source = at::ones({copied}, at::TensorOptions(device));
        at::Tensor target = at::empty_like(source);
        time = std::min(time, fastest(stopwatch, [&] { target.copy_(source); }));
    }
    return 2.0 * 4 * copied / time / 1e6;
}

double product_gflops(const Stopwatch &stopwatch, at::Device device, at::ScalarType type) {
    constexpr int64_t side = 4096;
    const at::Tensor a = at::rand({side, side}, at::TensorOptions(device).dtype(type));
    const at::Tensor b = at::rand_like(a);
    at::Tensor product = at::empty_like(a);
    const double time = fastest(stopwatch, [&] { at::mm_out(product, a, b); });
    return 2.0 * side * side * side / time / 1e6;
}

// LibTorch takes tf32 for products of float32 while this lives.
class Tf32Products {
public:
    Tf32Products() { at::globalContext().setAllowTF32CuBLAS(true); }
    ~Tf32Products() { at::globalContext().setAllowTF32CuBLAS(before); }
    Tf32Products(const Tf32Products &) = delete;
    Tf32Products &operator=(const Tf32Products &) = delete;

private:
    const bool before = at::globalContext().allowTF32CuBLAS();
};

double tensor_core_gflops(const Stopwatch &stopwatch, at::Device device, const std::string &type) {
    const double ours = gflops_of(
        stopwatch, [&](int rounds) { return RooflineWork::products(device, type, warps, rounds); },
        [&](int rounds) {
            return dsl::roofline_products_flop(warps, rounds, dsl::roofline_word_elements(type));
        });
    const Tf32Products allowed;
    return std::max(ours,
                    product_gflops(stopwatch, device, type == "tf32" ? at::kFloat : at::kBFloat16));
}

} // namespace

Roofline measure_device_roofline(at::Device device) {
    const at::NoGradGuard guard;
    const Stopwatch stopwatch(device);
    Roofline roofline{multiply_add_gflops(stopwatch, device), std::nullopt,
                      copy_rate(stopwatch, device)};
    if (device.is_cuda()) { // LibTorch has no matrix product for OpenCL
        roofline.sgemm_gflops = product_gflops(stopwatch, device, at::kFloat);
        roofline.tf32_gflops = tensor_core_gflops(stopwatch, device, "tf32");
        roofline.bf16_gflops = tensor_core_gflops(stopwatch, device, "bf16");
    }
    return roofline;
}

} // namespace haliclr::bench
