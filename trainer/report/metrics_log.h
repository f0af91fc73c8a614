// What a run logged at each step, as columns.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace haliclr::trainer {

// Reads metrics.jsonl, one object a step: key -> values in the order of the steps, with NaN where a
// line lacks the key. A resumed run logs some steps twice; the later line counts. Lines that are
// not JSON objects with a number "step" are skipped.
std::map<std::string, std::vector<double>> read_metrics(const std::filesystem::path &file);

} // namespace haliclr::trainer
