// Panels of 380 x 190, two side by side.
#include "tuner/convergence_plot.h"

#include "tuner/progress.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace haliclr::tuner {

namespace {

constexpr double width = 380, height = 190, left = 64, right = 14, top = 34, bottom = 30;
constexpr const char *style =
    "text { font: 11px system-ui, sans-serif; fill: #66727a; } "
    ".title { font-weight: 600; font-size: 12px; fill: #1d2326; } .axis { stroke: #d9dedb; } "
    ".best { fill: none; stroke: #0b7a75; stroke-width: 2; } "
    ".standard { stroke: #c4572e; stroke-dasharray: 5 4; } .tried { fill: #0b7a75; opacity: 0.45; "
    "}";

template <typename... Numbers>
std::string element(const char *format, Numbers... numbers) {
    char text[320];
    std::snprintf(text, sizeof text, format, numbers...);
    return text;
}

struct Curve {
    std::vector<double> times; // of the candidates that succeeded, in order
    double standard = 0;       // 0: not timed
};

Curve curve_of(const Tuning &tuning) {
    Curve curve;
    for (const Attempt &attempt : tuning.attempts) {
        if (attempt.milliseconds) {
            curve.times.push_back(*attempt.milliseconds);
            if (attempt.values == tuning.standard) {
                curve.standard = *attempt.milliseconds;
            }
        }
    }
    return curve;
}

class Panel {
public:
    Panel(const Tuning &tuning, double x, double y)
        : name(tuning.kernel.name), curve(curve_of(tuning)), x0(x), y0(y) {
        const auto [least, most] = std::minmax_element(curve.times.begin(), curve.times.end());
        low = std::log(*least) - 0.05;
        high = std::log(*most) + 0.05;
    }

    std::string svg() const { return title() + axis() + standard_line() + dots() + best_line(); }

private:
    const std::string name;
    const Curve curve;
    const double x0, y0;
    double low, high; // logarithms of milliseconds

    double place_x(size_t i) const {
        const double last = std::max<size_t>(1, curve.times.size() - 1);
        return x0 + left + i / last * (width - left - right);
    }
    double place_y(double milliseconds) const {
        const double share = (std::log(milliseconds) - low) / (high - low);
        return y0 + height - bottom - share * (height - top - bottom);
    }

    std::string title() const {
        return element("<text class=\"title\" x=\"%.0f\" y=\"%.0f\">%s</text>\n", x0 + left,
                       y0 + 20, name.c_str());
    }

    std::string axis() const {
        const auto [least, most] = std::minmax_element(curve.times.begin(), curve.times.end());
        std::string svg =
            element("<line class=\"axis\" x1=\"%.0f\" x2=\"%.0f\" y1=\"%.0f\" "
                    "y2=\"%.0f\"/>\n",
                    x0 + left, x0 + width - right, y0 + height - bottom, y0 + height - bottom);
        for (const double value : {*least, *most}) {
            svg += element("<text x=\"%.0f\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n",
                           x0 + left - 6, place_y(value) + 4, milliseconds_text(value).c_str());
        }
        return svg +
               element("<text x=\"%.0f\" y=\"%.0f\" text-anchor=\"end\">%zu candidates</text>\n",
                       x0 + width - right, y0 + height - 12, curve.times.size());
    }

    std::string standard_line() const {
        if (curve.standard == 0) {
            return "";
        }
        const double y = place_y(curve.standard);
        return element(
            "<line class=\"standard\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>\n",
            x0 + left, x0 + width - right, y, y);
    }

    std::string dots() const {
        std::string svg;
        for (size_t i = 0; i < curve.times.size(); ++i) {
            svg += element("<circle class=\"tried\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\"/>\n",
                           place_x(i), place_y(curve.times[i]));
        }
        return svg;
    }

    std::string best_line() const {
        std::string path;
        double best = curve.times.front();
        for (size_t i = 0; i < curve.times.size(); ++i) {
            const double before = best;
            best = std::min(best, curve.times[i]);
            path += i == 0 ? element("M%.1f %.1f", place_x(0), place_y(best))
                           : element(" L%.1f %.1f L%.1f %.1f", place_x(i), place_y(before),
                                     place_x(i), place_y(best));
        }
        return "<path class=\"best\" d=\"" + path + "\"/>\n";
    }
};

} // namespace

void write_convergence_plot(const std::filesystem::path &file, const std::vector<Tuning> &tunings) {
    std::string panels;
    size_t count = 0;
    for (const Tuning &tuning : tunings) {
        if (!curve_of(tuning).times.empty()) {
            panels += Panel(tuning, count % 2 * width, 24 + count / 2 * height).svg();
            count++;
        }
    }
    const double all = 24 + std::ceil(count / 2.0) * height;
    write_atomically(
        file, element("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\">\n",
                      2 * width, all) +
                  "<style>" + style +
                  "</style>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
                  "<text x=\"8\" y=\"18\">milliseconds (logarithmic) by candidate; line: best so "
                  "far; dashed: the schedule's own values</text>\n" +
                  panels + "</svg>\n");
}

} // namespace haliclr::tuner
