// The ratios of a benchmark as a picture.
#pragma once

#include "bench/table.h"

#include <filesystem>
#include <vector>

namespace haliclr::bench {

// An SVG with a line a row: a dot at its time over ours, on a logarithmic axis. Throws a UsageError
// where it cannot be written.
void write_dot_chart(const std::filesystem::path &file, const std::vector<Row> &rows);

} // namespace haliclr::bench
