// What every function of the CUDA kernels takes of each chip, and whether it can run there.
#pragma once

#include "runtime/device_code/manifest.h"

#include <optional>
#include <string>
#include <vector>

namespace haliclr::device_code {

// One function on one chip.
struct Use {
    int chip = 0;
    int registers = 0;        // a thread
    int spill_bytes = 0;      // a thread, stores and loads
    int stack_bytes = 0;      // a thread
    int shared_bytes = 0;     // a block, at most
    std::optional<int> warps; // resident on an SM; nothing where the block's size is not known
    int most_warps = 0;       // of an SM
};

struct FunctionReport {
    std::string kernel;
    std::string function;
    std::optional<int> threads;      // a block, at most
    std::optional<int> shared_bytes; // a block, dynamic, at most
    std::vector<Use> uses;           // by chip
};

// Throws std::runtime_error where a file is missing.
std::vector<FunctionReport> examine(const std::vector<Kernel> &kernels);

// A line for each spill and each block that a chip cannot hold: kernel, function, chip, how much,
// and what to do. Spills are left out where they are allowed.
std::vector<std::string> faults_of(const std::vector<FunctionReport> &functions, bool allow_spills);

// A table for people, a line a function.
std::string as_text(const std::vector<FunctionReport> &functions);

// {"functions": [{"kernel", "function", "threads", "shared_bytes", "chips": [{"chip", "registers",
// "spill_bytes", "stack_bytes", "shared_bytes", "warps", "most_warps"}]}]}; null: not known.
std::string as_json(const std::vector<FunctionReport> &functions);

} // namespace haliclr::device_code
