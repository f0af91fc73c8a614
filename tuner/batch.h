// Candidates that are tried together.
#pragma once

#include "tuner/journal.h"
#include "tuner/trial_process.h"

#include <functional>
#include <vector>

namespace haliclr::tuner {

// Compiles and checks the batch side by side, each candidate in a process of its own, then times
// one at a time: in turn with the yardstick, as others may use the machine too, so that `relative`
// is to its time. limit: seconds for each of the stages of a candidate. Each attempt is told when
// it is done, in the order of the batch.
std::vector<Attempt> try_batch(const MakeTrial &make, const std::vector<Values> &batch,
                               TrialProcess &yardstick, double limit,
                               const std::function<void(const Attempt &)> &tell);

} // namespace haliclr::tuner
