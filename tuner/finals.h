// The last comparison: the fastest candidates beside the standard schedule and the present record.
#pragma once

#include "tuner/significance.h"
#include "tuner/trial_process.h"

#include <string>
#include <vector>

namespace haliclr::tuner {

struct Finalist {
    Scheduling scheduling;
    std::vector<double> rounds; // milliseconds
};

enum class Verdict {
    gain,      // a candidate is faster than what the build takes now
    confirmed, // none is
    failed,
};

struct Finals {
    std::string fault;
    std::vector<Finalist> finalists; // the standard one first, what the build takes now second
    Verdict verdict = Verdict::failed;
    size_t winner = 0;     // among the finalists
    Comparison comparison; // of the winner with what the build takes now
};

// candidates: the fastest of the search. present: what the build takes now, perhaps the standard.
Finals decide(const MakeTrial &make, const Values &standard, const Values &present,
              const std::vector<Values> &candidates, const Rounds &rounds, double limit);

} // namespace haliclr::tuner
