// The page that sums up a run.
#pragma once

#include <filesystem>

namespace haliclr::trainer {

// Writes run_dir/report.html, one file that needs no other: curves from metrics.jsonl, evaluation
// results from eval*.json, pictures from previews/*.png, config.toml and env.json. What is absent
// is left out; a line of metrics that was cut by a crash is skipped. Throws UsageError if
// metrics.jsonl is missing, Error if the page cannot be written.
void write_report(const std::filesystem::path &run_dir);

} // namespace haliclr::trainer
