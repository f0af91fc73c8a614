// Durations as the command line writes them.
#pragma once

#include <string>

namespace haliclr::tuner {

// Seconds of "90s", "10m", "1.5h" or "90" (seconds). Throws a UsageError that names the flag.
double parse_duration(const std::string &text, const std::string &flag);

} // namespace haliclr::tuner
