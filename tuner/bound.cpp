// max(bytes / copy rate, flop / peak).
#include "tuner/bound.h"

#include "machine/roofline.h"

#include <cstdio>

namespace haliclr::tuner {

namespace {

Bound made(double amount, double rate, const std::string &what, const char *roof,
           const char *unit) {
    char text[48];
    std::snprintf(text, sizeof text, " at the %s, %.3g %s", roof, rate, unit);
    return {amount / rate / 1e6, what + text};
}

} // namespace

std::optional<Bound> bound_of(const Work &work, double copy_rate, double peak) {
    std::optional<Bound> bound;
    if (work.bytes > 0) {
        bound = made(work.bytes, copy_rate, work.bytes_of, "copy rate", "GB/s");
    }
    if (work.flop > 0) {
        const Bound arithmetic = made(work.flop, peak, work.flop_of, "fp32 peak", "GFLOP/s");
        bound = bound && bound->milliseconds > arithmetic.milliseconds ? bound : arithmetic;
    }
    return bound;
}

std::optional<Bound> measure_bound(const Work &work, const Machine &machine) {
    if (machine.backend != "cpu") {
        return std::nullopt;
    }
    return bound_of(work, measure_copy(machine.threads, static_cast<int64_t>(work.bytes)),
                    work.flop > 0 ? measure_peak(machine.threads) : 0);
}

} // namespace haliclr::tuner
