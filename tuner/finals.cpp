// Times the finalists in turn and compares the fastest with the present one.
#include "tuner/finals.h"

#include <algorithm>

namespace haliclr::tuner {

namespace {

std::vector<Scheduling> schedulings_of(const Values &standard, const Values &present,
                                       const std::vector<Values> &candidates) {
    std::vector<Scheduling> schedulings{{standard, ""}};
    const auto add = [&](const Values &values) {
        const auto same = [&](const Scheduling &other) { return other.values == values; };
        if (std::none_of(schedulings.begin(), schedulings.end(), same)) {
            schedulings.push_back({values, ""});
        }
    };
    add(present);
    std::for_each(candidates.begin(), candidates.end(), add);
    return schedulings;
}

} // namespace

Finals decide(const MakeTrial &make, const Values &standard, const Values &present,
              const std::vector<Values> &candidates, const Rounds &rounds, double limit) {
    const std::vector<Scheduling> schedulings = schedulings_of(standard, present, candidates);
    InterleavedOutcome outcome = interleave(make, schedulings, rounds, limit);
    Finals finals;
    finals.fault = outcome.fault;
    if (!finals.fault.empty()) {
        return finals;
    }
    size_t now = 0;
    for (size_t i = 0; i < schedulings.size(); ++i) {
        finals.finalists.push_back({schedulings[i], std::move(outcome.rounds[i])});
        now = schedulings[i].values == present ? i : now;
    }
    for (size_t i = 0; i < finals.finalists.size(); ++i) {
        if (median(finals.finalists[i].rounds) < median(finals.finalists[finals.winner].rounds)) {
            finals.winner = i;
        }
    }
    finals.comparison =
        compare(finals.finalists[now].rounds, finals.finalists[finals.winner].rounds);
    finals.verdict = finals.comparison.is_gain() ? Verdict::gain : Verdict::confirmed;
    if (finals.verdict == Verdict::confirmed) {
        finals.winner = now;
    }
    return finals;
}

} // namespace haliclr::tuner
