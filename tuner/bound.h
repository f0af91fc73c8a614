// The least time that a problem can take on this machine, by its work and the measured roofs.
#pragma once

#include "tuner/machine.h"
#include "tuner/work.h"

#include <map>
#include <optional>
#include <string>

namespace haliclr::tuner {

struct Bound {
    double milliseconds = 0;
    std::string of; // "28 bytes a parameter at the memory rate, 14.2 GB/s"

    // Per cent of the bound that a time of so many milliseconds reaches: 100 is the best possible.
    double reached(double time) const { return 100 * milliseconds / time; }
};

// Rates in gigabytes and gigaflop a second for the work's factors; the longer of the two times
// counts. None without work.
std::optional<Bound> bound_of(const Work &work, double memory_rate, double peak);

// The machine's roofs: of the CPU with the machine's threads (machine/roofline.h), of other devices
// by kernels (tuner/device_roofs.h). Each takes about a second; not while anything else is timed.
class Roofs {
public:
    // limit: seconds that a device may take.
    Roofs(const Machine &machine, double limit) : machine(machine), limit(limit) {}

    // Measures the memory rate at the work's bytes, and the peak for its factors where it has
    // flop, once for all calls. None without work. Throws a std::runtime_error where the device
    // fails, and at once from then on.
    std::optional<Bound> bound(const Work &work);

private:
    const Machine machine;
    const double limit;
    std::map<std::string, double> measured_peaks; // by the factors' type
    std::string fault;

    double memory_rate(int64_t bytes) const;
    double peak(const std::string &factors);
};

} // namespace haliclr::tuner
