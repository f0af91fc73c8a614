// A chart as a file of its own, for slides and pages.
#pragma once

#include "trainer/report/chart.h"

#include <filesystem>
#include <string>

namespace haliclr::trainer {

struct ChartText {
    std::string title;  // "Learning rate"
    std::string x_name; // "epochs"
};

// Throws a UsageError unless the name ends in .svg or .png and its folder exists.
void require_chart_name(const std::filesystem::path &file, const std::string &flag);

// An SVG, or a PNG of 1040 x 560 pixels. Replaces an existing file. Throws a UsageError where it
// cannot be written.
void write_chart(const std::filesystem::path &file, const ChartText &text, const Curve &curve);

} // namespace haliclr::trainer
