// The least time that a problem can take on this machine, by its work and the measured roofs.
#pragma once

#include "tuner/machine.h"
#include "tuner/work.h"

#include <optional>
#include <string>

namespace haliclr::tuner {

struct Bound {
    double milliseconds = 0;
    std::string of; // "28 bytes a parameter at the copy rate, 14.2 GB/s"

    // Per cent of the bound that a time of so many milliseconds reaches: 100 is the best possible.
    double reached(double time) const { return 100 * milliseconds / time; }
};

// Rates in gigabytes and gigaflop a second; the longer of the two times counts. None without work.
std::optional<Bound> bound_of(const Work &work, double copy_rate, double peak);

// Measures both roofs with the machine's threads, in about a second. None for devices, whose roofs
// are not measured. Not while anything else is timed.
std::optional<Bound> measure_bound(const Work &work, const Machine &machine);

} // namespace haliclr::tuner
