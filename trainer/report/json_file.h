// JSON results for programs, as --json FILE asks for them.
#pragma once

#include <filesystem>
#include <string>

#include <nlohmann/json_fwd.hpp>

namespace haliclr::trainer {

// Throws UsageError if the file's folder does not exist, so that a mistyped name is found before
// hours of work. An empty path is no file and fine.
void require_writable_place(const std::filesystem::path &file, const std::string &flag);

// Indented, with a line end. Replaces an existing file. Throws UsageError if it cannot be written.
void write_json_file(const std::filesystem::path &file, const nlohmann::ordered_json &json);

} // namespace haliclr::trainer
