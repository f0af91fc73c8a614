// Children compile and check side by side; then each is timed alone.
#include "tuner/batch.h"

#include "tuner/significance.h"

#include <memory>
#include <utility>

namespace haliclr::tuner {

namespace {

void time(TrialProcess &trial, TrialProcess &yardstick, Attempt &attempt) {
    constexpr int turns = 4;
    const Rounds rounds{0.1, 3, 50};
    std::vector<double> own, timed;
    for (int turn = 0; turn < turns; ++turn) {
        for (auto [process, times] : {std::pair(&yardstick, &own), {&trial, &timed}}) {
            const Outcome outcome = process->time(rounds);
            if (!outcome.fault.empty()) {
                attempt.fault = outcome.fault;
                return;
            }
            times->insert(times->end(), outcome.rounds.begin(), outcome.rounds.end());
        }
    }
    attempt.milliseconds = median(timed);
    attempt.relative = median(timed) / median(own);
}

} // namespace

std::vector<Attempt> try_batch(const MakeTrial &make, const std::vector<Values> &batch,
                               TrialProcess &yardstick, double limit,
                               const std::function<void(const Attempt &)> &tell) {
    std::vector<std::unique_ptr<TrialProcess>> trials;
    for (const Values &values : batch) {
        trials.push_back(std::make_unique<TrialProcess>(make, Scheduling{values, ""}, limit));
    }
    std::vector<Attempt> attempts;
    for (size_t i = 0; i < batch.size(); ++i) {
        attempts.push_back({batch[i], std::nullopt, 1, trials[i]->ready().fault});
    }
    for (size_t i = 0; i < batch.size(); ++i) {
        if (attempts[i].fault.empty()) {
            time(*trials[i], yardstick, attempts[i]);
        }
        trials[i].reset();
        tell(attempts[i]);
    }
    return attempts;
}

} // namespace haliclr::tuner
