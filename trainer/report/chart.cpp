// Scales a curve into a fixed drawing area and writes the SVG elements.
#include "trainer/report/chart.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

#include "trainer/report/axis.h"
#include "trainer/report/html.h"

namespace haliclr::trainer {

namespace {

constexpr size_t max_points = 400;

std::string number(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1f", value);
    return text;
}

std::string path_of(const Curve &curve, const Axis &x, const Axis &y) {
    std::string path;
    bool pen_down = false;
    for (size_t i = 0; i < curve.x.size(); i++) {
        if (std::isfinite(curve.y[i])) {
            path += (pen_down ? "L" : "M") + number(x.place(curve.x[i])) + " " +
                    number(y.place(curve.y[i]));
        }
        pen_down = std::isfinite(curve.y[i]);
    }
    return path;
}

// Moving average over a twentieth of the curve.
Curve smoothed(const Curve &curve) {
    Curve smooth = curve;
    const auto reach = static_cast<int64_t>(curve.x.size() / 40);
    const auto count = static_cast<int64_t>(curve.x.size());
    for (int64_t i = 0; i < count; i++) {
        double sum = 0;
        int64_t used = 0;
        for (int64_t j = std::max<int64_t>(0, i - reach); j <= std::min(count - 1, i + reach);
             j++) {
            if (std::isfinite(curve.y[j])) {
                sum += curve.y[j];
                used++;
            }
        }
        smooth.y[i] = used > 0 && std::isfinite(curve.y[i]) ? sum / used : curve.y[i];
    }
    return smooth;
}

std::string text_at(double x, double y, const std::string &anchor, const std::string &text) {
    return "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" text-anchor=\"" + anchor + "\">" +
           html_text(text) + "</text>";
}

std::string grid(const Axis &x, const Axis &y) {
    std::string svg;
    for (double tick : axis_ticks(y.low, y.high, 5)) {
        const std::string at = number(y.place(tick));
        svg += "<line class=\"grid\" x1=\"" + number(left_margin) + "\" x2=\"" +
               number(box_width - right_margin) + "\" y1=\"" + at + "\" y2=\"" + at + "\"/>";
        svg += text_at(left_margin - 8, y.place(tick) + 4, "end", tick_label(tick));
    }
    for (double tick : axis_ticks(x.low, x.high, 6)) {
        svg += text_at(x.place(tick), box_height - 8, "middle", tick_label(tick));
    }
    return svg;
}

} // namespace

Curve thinned(const Curve &curve, size_t points) {
    if (curve.x.size() <= points) {
        return curve;
    }
    Curve thin;
    for (size_t i = 0; i < points; i++) {
        const size_t begin = i * curve.x.size() / points;
        const size_t end = (i + 1) * curve.x.size() / points;
        double x = 0, y = 0;
        size_t finite = 0;
        for (size_t j = begin; j < end; j++) {
            x += curve.x[j];
            if (std::isfinite(curve.y[j])) {
                y += curve.y[j];
                finite++;
            }
        }
        thin.x.push_back(x / (end - begin));
        thin.y.push_back(finite > 0 ? y / finite : std::numeric_limits<double>::quiet_NaN());
    }
    return thin;
}

std::vector<double> axis_ticks(double low, double high, int count) {
    const double raw = (high - low) / count;
    if (!(raw > 0) || !std::isfinite(raw)) {
        return {low};
    }
    const double power = std::pow(10, std::floor(std::log10(raw)));
    const double lead = raw / power;
    const double step = power * (lead < 1.5 ? 1 : lead < 3.5 ? 2 : lead < 7.5 ? 5 : 10);
    std::vector<double> ticks;
    const double last = std::floor(high / step + 1e-9);
    for (double i = std::ceil(low / step - 1e-9); i <= last; i++) {
        ticks.push_back(i * step + 0.0); // + 0.0 turns -0 into 0
    }
    return ticks;
}

std::string tick_label(double value) {
    const double size = std::abs(value);
    const bool thousands = size >= 10000 && size < 1e6;
    char text[32];
    std::snprintf(text, sizeof text, "%.4g", thousands ? value / 1000 : value);
    return std::string(text) + (thousands ? "k" : "");
}

std::string chart_elements(const Curve &curve, Trend trend) {
    const Curve thin = thinned(curve, max_points);
    const Axes axes = axes_of(thin);
    const Curve bold = trend == Trend::MovingAverage ? smoothed(thin) : thin;
    return grid(axes.x, axes.y) + "<path class=\"points\" d=\"" + path_of(thin, axes.x, axes.y) +
           "\"/><path class=\"curve\" d=\"" + path_of(bold, axes.x, axes.y) + "\"/>";
}

std::string line_chart(const std::string &title, const Curve &curve, Trend trend) {
    double last = std::numeric_limits<double>::quiet_NaN();
    for (double value : curve.y) {
        last = std::isfinite(value) ? value : last;
    }
    if (!std::isfinite(last)) {
        return "";
    }
    const std::string name = html_text(title);
    return "<figure><figcaption>" + name + "<b>" + tick_label(last) +
           "</b></figcaption><svg viewBox=\"0 0 " + number(box_width) + " " + number(box_height) +
           "\" role=\"img\" aria-label=\"" + name + " over steps\">" +
           chart_elements(curve, trend) + "</svg></figure>\n";
}

} // namespace haliclr::trainer
