// Leaves out candidates that a static estimate calls much slower than the best one seen.
#pragma once

#include "tuner/journal.h"
#include "tuner/kernel_trial.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace haliclr::tuner {

class CycleFilter {
public:
    // limit: seconds for one candidate's assembly.
    CycleFilter(KernelUnderTest &test, double limit) : test(test), limit(limit) {}

    // Compiles the batch to assembly, each in a process of its own, and estimates it. Returns why a
    // candidate is not worth timing, in the order of the batch; empty where it is, or unknown.
    std::vector<std::string> judge(const std::vector<Values> &batch);

    // How the estimates rank beside the times, in one line; empty where no candidate has both.
    std::string correlation_text(const std::vector<Attempt> &attempts) const;

private:
    KernelUnderTest &test;
    const double limit;
    std::map<Values, double> known; // cycles of a lane
};

// Spearman's rank correlation, ties with their mean rank; 0 for fewer than three pairs or where one
// side is all ties.
double rank_correlation(const std::vector<std::pair<double, double>> &pairs);

} // namespace haliclr::tuner
