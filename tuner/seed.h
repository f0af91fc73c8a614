// Seeds as the command line writes them.
#pragma once

#include <cstdint>
#include <string>

namespace haliclr::tuner {

// A whole number of 64 bits, in decimal digits only. Throws a UsageError that names the flag.
uint64_t parse_seed(const std::string &text, const std::string &flag);

} // namespace haliclr::tuner
