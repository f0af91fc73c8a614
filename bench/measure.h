// Times several ways of doing one piece of work, interleaved, so that a machine that slows down or
// speeds up during the run does so for all of them.
#pragma once

#include <c10/core/Device.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace haliclr::bench {

struct Candidate {
    std::string name;
    std::function<void()> work;
};

// Milliseconds of one execution over all rounds, and the memory that one takes.
struct Timing {
    double median, fastest, slowest;
    std::optional<double> peak_mib; // see peak_memory.h
};

// How long to measure the candidates of one problem, and on which device (see stopwatch.h).
struct Effort {
    int least_rounds;
    double seconds;
    at::Device device;
};

// One untimed execution of each, then rounds of one timed execution of each, until every candidate
// has run `least_rounds` times and `seconds` have passed in all; then one of each for its memory.
std::vector<Timing> measure_interleaved(const std::vector<Candidate> &candidates,
                                        const Effort &effort);

} // namespace haliclr::bench
