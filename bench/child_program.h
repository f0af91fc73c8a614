// Other programs that measure, and what they answer.
#pragma once

#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace haliclr::bench {

std::filesystem::path this_program();

// Runs words[0]: the JSON in the last line that it prints. Throws a trainer::Error that begins with
// `what` and has that line where it fails.
nlohmann::ordered_json answer_of(const std::vector<std::string> &words, const std::string &what);

} // namespace haliclr::bench
