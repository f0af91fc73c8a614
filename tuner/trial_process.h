// A trial in a process of its own: whatever it does, the tuner goes on and knows why it failed.
#pragma once

#include "tuner/child.h"
#include "tuner/trial.h"

#include <string>
#include <vector>

namespace haliclr::tuner {

struct Outcome {
    std::string fault;          // in one phrase; empty where all went well
    std::vector<double> rounds; // milliseconds
};

// Starts to compile and check at once, so that several can do so side by side; times when told to,
// which the caller does for one at a time.
class TrialProcess {
public:
    // limit: seconds for compiling and checking, and again for timing.
    TrialProcess(const MakeTrial &make, const Scheduling &scheduling, double limit);

    Outcome ready();                    // waits until the trial is compiled and checked
    Outcome time(const Rounds &rounds); // as often as wanted

private:
    double limit;
    Child child;
};

struct InterleavedOutcome {
    std::string fault;
    std::vector<std::vector<double>> rounds; // of each scheduling
};

// All in one process, timed in turn.
InterleavedOutcome interleave(const MakeTrial &make, const std::vector<Scheduling> &schedulings,
                              const Rounds &rounds, double limit);

// The first line of what was thrown that says something, without Halide's "Error: ".
std::string one_line(const std::string &message);

} // namespace haliclr::tuner
