// Line charts as inline SVG, coloured by the page's style sheet.
#pragma once

#include <string>
#include <vector>

namespace haliclr::trainer {

struct Curve {
    std::vector<double> x; // ascending
    std::vector<double> y; // same length; values that are not finite leave a gap
};

// At most `points` points, each the mean of a stretch of neighbours; gaps stay gaps only if the
// whole stretch is not finite.
Curve thinned(const Curve &curve, size_t points);

// Round numbers (1, 2 or 5 times a power of ten) within [low, high], about `count` of them.
std::vector<double> axis_ticks(double low, double high, int count);

// "12k", "0.002", "1.5e-06": short and without trailing zeros.
std::string tick_label(double value);

enum class Trend { Exact, MovingAverage };

// The grid, its labels and the curve as SVG elements of the classes grid, points and curve, in a
// box of the size that axis.h states.
std::string chart_elements(const Curve &curve, Trend trend);

// One chart with title, last value, grid and the curve, or with Trend::MovingAverage the faint
// curve beneath its bold moving average. Empty if no value is finite.
std::string line_chart(const std::string &title, const Curve &curve, Trend trend);

} // namespace haliclr::trainer
