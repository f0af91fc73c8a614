// Steady clock and CUDA events.
#include "bench/stopwatch.h"

#include <ATen/ATen.h>
#include <c10/core/Event.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <torch/cuda.h>

#include <chrono>

namespace haliclr::bench {

namespace {

// The largest L2 cache so far has 126 MB (B200).
constexpr int64_t flushed_bytes = int64_t{256} << 20;

} // namespace

Stopwatch::Stopwatch(at::Device device) : device(device) {
    if (device.is_cuda()) {
        flushed = at::empty({flushed_bytes}, at::TensorOptions(device).dtype(at::kByte));
    }
}

double Stopwatch::time(const std::function<void()> &work) const {
    if (device.is_cuda()) {
        return time_by_events(work);
    }
    using Clock = std::chrono::steady_clock;
    const Clock::time_point begin = Clock::now();
    work();
    return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

// c10's interface of events reaches LibTorch's CUDA half without linking to it.
double Stopwatch::time_by_events(const std::function<void()> &work) const {
    const c10::Stream stream = c10::impl::VirtualGuardImpl(at::kCUDA).getStream(device);
    const auto timed = c10::EventFlag::BACKEND_DEFAULT; // LibTorch's own default keeps no time
    c10::Event begin(at::kCUDA, timed), end(at::kCUDA, timed);
    flushed.fill_(1);
    begin.record(stream);
    work();
    end.record(stream);
    end.synchronize();
    return begin.elapsedTime(end);
}

void Stopwatch::wait() const {
    if (device.is_cuda()) {
        torch::cuda::synchronize(device.index());
    }
}

} // namespace haliclr::bench
