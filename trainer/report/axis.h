// Where values lie in a chart's drawing area.
#pragma once

#include "trainer/report/chart.h"

namespace haliclr::trainer {

// In units of the SVG's view box.
constexpr double box_width = 520, box_height = 240;
constexpr double left_margin = 52, right_margin = 14, top_margin = 12, bottom_margin = 30;

struct Axis {
    double low, high; // of the values
    double from, to;  // in view box units

    double place(double value) const {
        return from + (to - from) * (high > low ? (value - low) / (high - low) : 0.5);
    }
};

struct Axes {
    Axis x, y;
};

// Holds every finite value, with a margin above and below. The curve needs at least one.
Axes axes_of(const Curve &curve);

} // namespace haliclr::trainer
