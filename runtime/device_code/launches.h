// What a compiled kernel asks of a block in each of its launches, from the statement that Halide
// writes beside it (output `stmt`).
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace haliclr::device_code {

struct Launch {
    std::string function; // the entry point in the PTX
    // Of a block, at most; nothing where only the call tells.
    std::optional<int> threads;
    std::optional<int> shared_bytes; // dynamic
};

// The calls of halide_cuda_run in a statement.
std::vector<Launch> launches_in(const std::string &statement);

} // namespace haliclr::device_code
