// A candidate that can be checked and timed. The tuner only makes one in a child process.
#pragma once

#include "tuner/build_kernel.h"

#include <functional>
#include <memory>
#include <vector>

namespace haliclr::tuner {

class Trial {
public:
    virtual ~Trial() = default;
    // Throws, in one line, where the results are wrong.
    virtual void check() = 0;
    // So many calls one after another; returns when their work is done.
    virtual void run(int calls) = 0;
};

// Compiles. May throw, crash or hang.
using MakeTrial = std::function<std::unique_ptr<Trial>(const Scheduling &)>;

// How long to time: rounds of at least a millisecond each, until the time is over.
struct Rounds {
    double seconds = 0.4;
    int least = 5, most = 200;
};

// Milliseconds a call of each round.
std::vector<double> time_rounds(Trial &trial, const Rounds &rounds);

// In turn: round i of every trial before round i + 1 of any; in reverse order every other time, so
// that none always follows the same one. result[t][i].
std::vector<std::vector<double>> time_interleaved(const std::vector<std::unique_ptr<Trial>> &trials,
                                                  const Rounds &rounds);

} // namespace haliclr::tuner
