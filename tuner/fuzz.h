// The fuzzer: random operators, sizes, recipes and tunables, each compared with the unscheduled
// algorithm.
#pragma once

#include "tuner/fuzz_trial.h"
#include "tuner/settings.h"

#include <string>
#include <vector>

namespace haliclr::tuner {

inline constexpr int exit_code_of_differences = 3;

// The command that runs this case alone.
std::string replay_command(const FuzzCase &drawn, const Machine &machine);

// Runs cases until the settings' time or number is reached, or an interrupt comes, and prints a
// line for each, then the faults again with their replay commands. The exit code: 0,
// exit_code_of_differences where a case has a fault, else 130 where interrupted.
int fuzz(const Settings &settings, const Machine &machine, const Tamper &tamper = {});

} // namespace haliclr::tuner
