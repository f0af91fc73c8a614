// What a candidate's assembly promises, before it is run: cycles of its densest loop by llvm-mca.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace haliclr::tuner {

// The loops of one basic block: the instructions from a label to the jump back to it.
std::vector<std::vector<std::string>> innermost_loops(const std::string &assembly);

// Cycles of an iteration, by llvm-mca's report; none where it holds an error instead.
std::optional<double> cycles_in(const std::string &report);

// Whether a tool of this name can be started.
bool is_installed(const std::string &tool);

// Cycles that one lane of a multiply-add takes in the loop with the largest share of them, waits
// for earlier iterations included; caches are not. On the CPU model of the host, or of
// skylake-avx512 where the tool does not know the host's instructions. None for code without such a
// loop.
std::optional<double> estimate_cycles(const std::string &assembly, const std::string &tool);

} // namespace haliclr::tuner
