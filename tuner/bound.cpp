// max(bytes / memory rate, flop / peak).
#include "tuner/bound.h"

#include "machine/roofline.h"
#include "tuner/device_roofs.h"

#include <cstdio>
#include <stdexcept>

namespace haliclr::tuner {

namespace {

Bound made(double amount, double rate, const std::string &what, const std::string &roof,
           const char *unit) {
    char text[80];
    std::snprintf(text, sizeof text, " at the %s, %.3g %s", roof.c_str(), rate, unit);
    return {amount / rate / 1e6, what + text};
}

std::string peak_of(const std::string &factors) {
    return factors + (factors == "fp32" ? " peak" : " peak of tensor cores");
}

} // namespace

std::optional<Bound> bound_of(const Work &work, double memory_rate, double peak) {
    std::optional<Bound> bound;
    if (work.bytes > 0) {
        bound = made(work.bytes, memory_rate, work.bytes_of, "memory rate", "GB/s");
    }
    if (work.flop > 0) {
        const Bound arithmetic =
            made(work.flop, peak, work.flop_of, peak_of(work.factors), "GFLOP/s");
        bound = bound && bound->milliseconds > arithmetic.milliseconds ? bound : arithmetic;
    }
    return bound;
}

std::optional<Bound> Roofs::bound(const Work &work) {
    if (!fault.empty()) {
        throw std::runtime_error(fault);
    }
    try {
        return bound_of(work, work.bytes > 0 ? memory_rate(static_cast<int64_t>(work.bytes)) : 0,
                        work.flop > 0 ? peak(work.factors) : 0);
    } catch (const std::runtime_error &error) {
        fault = error.what();
        throw;
    }
}

double Roofs::memory_rate(int64_t bytes) const {
    return machine.backend == "cpu" ? measure_memory(machine.threads, bytes)
                                    : device_copy_rate(machine, bytes, limit);
}

double Roofs::peak(const std::string &factors) {
    const auto known = measured_peaks.find(factors);
    if (known != measured_peaks.end()) {
        return known->second;
    }
    const bool on_cpu = machine.backend == "cpu"; // which has no tensor cores
    const double peak =
        on_cpu ? measure_peak(machine.threads) : device_peak(machine, factors, limit);
    return measured_peaks[factors] = peak;
}

} // namespace haliclr::tuner
