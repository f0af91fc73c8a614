// Peaks from the kernel's accounting of this process, and from LibTorch's CUDA allocator.
#include "bench/peak_memory.h"

#include <ATen/ATen.h>
#include <c10/core/CachingDeviceAllocator.h>
#include <torch/cuda.h>

#include <fstream>
#include <string>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace haliclr::bench {

namespace {

constexpr double mib = 1024.0 * 1024;

// A line of /proc/self/status, in MiB.
std::optional<double> status_mib(const std::string &key) {
    std::ifstream status("/proc/self/status");
    for (std::string name; status >> name;) {
        double kib = 0;
        if (name == key + ":" && status >> kib) {
            return kib / 1024;
        }
        std::getline(status, name);
    }
    return std::nullopt;
}

std::optional<double> host_peak(const std::function<void()> &work) {
#if defined(__GLIBC__)
    malloc_trim(0);
#endif
    std::ofstream reset("/proc/self/clear_refs");
    if (!(reset << "5").flush()) { // the peak starts anew from what is resident
        return std::nullopt;
    }
    const std::optional<double> before = status_mib("VmRSS");
    work();
    const std::optional<double> peak = status_mib("VmHWM");
    return before && peak ? std::optional(*peak - *before) : std::nullopt;
}

c10::DeviceAllocator *cuda_allocator() {
    auto *const allocator = dynamic_cast<c10::DeviceAllocator *>(c10::GetAllocator(at::kCUDA));
    return allocator != nullptr && allocator->initialized() ? allocator : nullptr;
}

double device_peak(c10::DeviceAllocator &allocator, const std::function<void()> &work) {
    const c10::DeviceIndex device = 0;
    allocator.emptyCache();
    allocator.resetPeakStats(device);
    const auto bytes = [&] { return allocator.getDeviceStats(device).allocated_bytes[0]; };
    const auto before = static_cast<double>(bytes().current);
    work();
    torch::cuda::synchronize();
    return (static_cast<double>(bytes().peak) - before) / mib;
}

} // namespace

std::optional<double> peak_extra_mib(const std::function<void()> &work) {
    c10::DeviceAllocator *const allocator = cuda_allocator();
    return allocator != nullptr ? std::optional(device_peak(*allocator, work)) : host_peak(work);
}

} // namespace haliclr::bench
