// What was tried, one line of JSON each, so that a second run does not try it again.
#pragma once

#include "tuner/space.h"

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace haliclr::tuner {

struct Attempt {
    Values values;
    std::optional<double> milliseconds; // none: it failed
    // To the time of the schedule's own values in turn with it: so candidates can be compared that
    // ran while the machine was more or less busy.
    double relative = 1;
    std::string fault = {};
};

class Journal {
public:
    // The journal of a record file lies beside it. subject: whatever must be equal for an attempt
    // to count again (operator, problem, device, Halide's version).
    Journal(const std::filesystem::path &record_file, std::string subject);

    // Earlier attempts on this subject, the last of each candidate. Lines that are no attempts,
    // such as one that a crash cut short, are passed over.
    std::vector<Attempt> earlier() const;
    // Throws a UsageError where the line cannot be written.
    void add(const Attempt &attempt);

private:
    std::filesystem::path file;
    std::string subject;
};

} // namespace haliclr::tuner
