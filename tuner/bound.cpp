// max(bytes / memory rate, flop / peak).
#include "tuner/bound.h"

#include "machine/roofline.h"
#include "tuner/device_roofs.h"

#include <cstdio>
#include <stdexcept>

namespace haliclr::tuner {

namespace {

Bound made(double amount, double rate, const std::string &what, const char *roof,
           const char *unit) {
    char text[48];
    std::snprintf(text, sizeof text, " at the %s, %.3g %s", roof, rate, unit);
    return {amount / rate / 1e6, what + text};
}

} // namespace

std::optional<Bound> bound_of(const Work &work, double memory_rate, double peak) {
    std::optional<Bound> bound;
    if (work.bytes > 0) {
        bound = made(work.bytes, memory_rate, work.bytes_of, "memory rate", "GB/s");
    }
    if (work.flop > 0) {
        const Bound arithmetic = made(work.flop, peak, work.flop_of, "fp32 peak", "GFLOP/s");
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
                        work.flop > 0 ? peak() : 0);
    } catch (const std::runtime_error &error) {
        fault = error.what();
        throw;
    }
}

double Roofs::memory_rate(int64_t bytes) const {
    return machine.backend == "cpu" ? measure_memory(machine.threads, bytes)
                                    : device_copy_rate(machine, bytes, limit);
}

double Roofs::peak() {
    if (!measured_peak) {
        measured_peak =
            machine.backend == "cpu" ? measure_peak(machine.threads) : device_peak(machine, limit);
    }
    return *measured_peak;
}

} // namespace haliclr::tuner
