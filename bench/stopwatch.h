// The time of one execution of some work, by the clock of the device that does it.
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <functional>

namespace haliclr::bench {

// On the CPU, and for OpenCL, whose operators return when their results are there: the steady
// clock. On a CUDA device: events on LibTorch's current stream around the work, which need not wait
// for its results. A write of more bytes than the L2 cache holds comes before, so that no input is
// found there; it is not timed, and hides the host's way to the first launch.
class Stopwatch {
public:
    explicit Stopwatch(at::Device device);

    // Milliseconds.
    double time(const std::function<void()> &work) const;
    // Until all work of the device has ended.
    void wait() const;

private:
    at::Device device;
    at::Tensor flushed; // undefined on the CPU

    double time_by_events(const std::function<void()> &work) const;
};

} // namespace haliclr::bench
