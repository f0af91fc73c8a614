// What a run found, as JSON.
#pragma once

#include "tuner/machine.h"
#include "tuner/settings.h"
#include "tuner/tune.h"

#include <nlohmann/json.hpp>

#include <vector>

namespace haliclr::tuner {

// The command and the machine, and of each operator every attempt, the finals and the verdict.
nlohmann::ordered_json as_json(const std::vector<Tuning> &tunings, const Settings &settings,
                               const Machine &machine);

} // namespace haliclr::tuner
