// Evaluation results as a table for people and as JSON for programs.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "trainer/eval/protocol.h"

namespace haliclr::trainer {

// One row a set of features; the last columns are kNN and linear accuracy in percent, as far as
// evaluated.
std::string results_table(const std::vector<Accuracy> &rows);

// [{"features", "dimensions", "knn", "linear"}], without the accuracies that were not evaluated.
nlohmann::ordered_json results_json(const std::vector<Accuracy> &rows);

} // namespace haliclr::trainer
