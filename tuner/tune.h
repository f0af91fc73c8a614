// Tuning one operator: search, finals, competitors.
#pragma once

#include "tuner/bound.h"
#include "tuner/finals.h"
#include "tuner/journal.h"
#include "tuner/record_file.h"
#include "tuner/resources.h"
#include "tuner/settings.h"

#include <string>
#include <vector>

namespace haliclr::tuner {

// How one operator's tuning went.
struct Tuning {
    Kernel kernel;
    std::string problem;
    std::optional<Bound> bound;
    Values standard, present; // the schedule's own values; what the build takes now
    Candidates candidates;
    std::vector<Attempt> attempts;     // in the order in which they were timed
    std::vector<Finalist> competitors; // autoschedulers
    std::vector<std::string> remarks;  // what failed, and what was left out
    Finals finals;
    bool was_interrupted = false;
    bool has_unscheduled_reference = false;
};

// seconds: for all of it. Puts a gain into the record file, which it writes.
Tuning tune(const Kernel &kernel, const Settings &settings, const Machine &machine, Roofs &roofs,
            RecordFile &records, double seconds);

} // namespace haliclr::tuner
