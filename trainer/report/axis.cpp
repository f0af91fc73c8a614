// The ranges of a curve.
#include "trainer/report/axis.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace haliclr::trainer {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double padding = 0.06; // of the height, above and below

void include(Axis &axis, double value) {
    if (std::isfinite(value)) {
        axis.low = std::min(axis.low, value);
        axis.high = std::max(axis.high, value);
    }
}

} // namespace

Axes axes_of(const Curve &curve) {
    Axes axes{{infinity, -infinity, left_margin, box_width - right_margin},
              {infinity, -infinity, box_height - bottom_margin, top_margin}};
    for (size_t i = 0; i < curve.x.size(); i++) {
        include(axes.x, curve.x[i]);
        include(axes.y, curve.y[i]);
    }
    Axis &y = axes.y;
    // A constant gets some height, too.
    const double span = y.high > y.low ? y.high - y.low : std::max(std::abs(y.high), 1e-9);
    y.low -= span * padding;
    y.high += span * padding;
    return axes;
}

} // namespace haliclr::trainer
