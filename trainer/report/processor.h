// What the CPU is, for reports of a run.
#pragma once

#include <string>
#include <vector>

namespace haliclr::trainer {

// Its model name; empty where the system does not tell.
std::string processor_name();

// Those of its instruction sets that decide which variant of a kernel runs.
std::vector<std::string> instruction_sets();

} // namespace haliclr::trainer
