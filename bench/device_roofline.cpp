// Launches of the roofline's kernels, timed.
#include "bench/device_roofline.h"

#include "bench/stopwatch.h"
#include "dsl/roofline_limits.h"
#include "runtime/ops/roofline.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <functional>

namespace haliclr::bench {

namespace {

using runtime::RooflineWork;

constexpr int64_t copied = 64 << 20;           // floats, 256 MiB: more than any cache
constexpr int64_t elements = int64_t{1} << 20; // enough threads for any device
constexpr double long_enough = 20;             // ms, beside which a launch counts for nothing

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
double multiply_add_gflops(const Stopwatch &stopwatch, at::Device device) {
    for (int rounds = 1;; rounds *= 2) {
        RooflineWork work = RooflineWork::multiply_adds(device, elements, rounds, 0.999f, 1e-3f);
        const double time = milliseconds_of(stopwatch, work);
        if (time >= long_enough) {
            return dsl::roofline_flop(elements, rounds) / time / 1e6;
        }
    }
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

// LibTorch has no matrix product for OpenCL.
std::optional<double> product_gflops(const Stopwatch &stopwatch, at::Device device) {
    if (!device.is_cuda()) {
        return std::nullopt;
    }
    constexpr int64_t side = 4096;
    const at::Tensor a = at::rand({side, side}, at::TensorOptions(device)), b = at::rand_like(a);
    at::Tensor product = at::empty_like(a);
    const double time = fastest(stopwatch, [&] { at::mm_out(product, a, b); });
    return 2.0 * side * side * side / time / 1e6;
}

} // namespace

Roofline measure_device_roofline(at::Device device) {
    const at::NoGradGuard guard;
    const Stopwatch stopwatch(device);
    return {multiply_add_gflops(stopwatch, device), product_gflops(stopwatch, device),
            copy_rate(stopwatch, device)};
}

} // namespace haliclr::bench
