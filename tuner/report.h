// What a run found, as text.
#pragma once

#include "tuner/machine.h"
#include "tuner/settings.h"
#include "tuner/tune.h"

#include <string>
#include <vector>

namespace haliclr::tuner {

// The ten fastest of the search, the finals and the verdict of one operator.
void print(const Tuning &tuning);
// A line an operator.
void print_summary(const std::vector<Tuning> &tunings, const RecordFile &records);
// The space of an operator, and what the resource model prunes by reason.
void print_space(const Kernel &kernel, const Settings &settings, const Machine &machine);

// How often each reason pruned, numbers in the reasons left aside.
std::vector<std::pair<std::string, size_t>> pruned_by_reason(const Candidates &candidates);

// "gain 7.1 %, p = 0.0002", "confirmed", "interrupted" ...
std::string verdict_text(const Tuning &tuning);

} // namespace haliclr::tuner
