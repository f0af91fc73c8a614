// The flags of haliclr tune --fuzz.
#pragma once

#include "tuner/settings.h"

#include <CLI/CLI.hpp>

#include <string>

namespace haliclr::tuner {

struct FuzzTexts {
    std::string duration, only_case;
};

void add_fuzz_flags(CLI::App &app, Settings &settings, FuzzTexts &texts);

// After parsing: sets the mode where one of the flags was given. Throws a UsageError, also for
// flags beside them that the fuzzer would not heed.
void read_fuzz_flags(const CLI::App &app, const FuzzTexts &texts, Settings &settings);

} // namespace haliclr::tuner
