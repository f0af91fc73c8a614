// Panels of 380 x 190, two side by side.
#include "tuner/convergence_plot.h"

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

std::string ratio_text(double ratio) {
    return element("%.2f", ratio);
}

// Times of the candidates that succeeded, in order, over those of the schedule's own values.
std::vector<double> curve_of(const Tuning &tuning) {
    std::vector<double> times;
    for (const Attempt &attempt : tuning.attempts) {
        if (attempt.milliseconds) {
            times.push_back(attempt.relative);
        }
    }
    return times;
}

class Panel {
public:
    Panel(const Tuning &tuning, double x, double y)
        : name(tuning.kernel.name), curve(curve_of(tuning)), x0(x), y0(y) {
        const auto [least, most] = std::minmax_element(curve.begin(), curve.end());
        low = std::log(std::min(1.0, *least)) - 0.05;
        high = std::log(std::max(1.0, *most)) + 0.05;
    }

    std::string svg() const { return title() + axis() + standard_line() + dots() + best_line(); }

private:
    const std::string name;
    const std::vector<double> curve;
    const double x0, y0;
    double low, high; // logarithms

    double place_x(size_t i) const {
        const double last = std::max<size_t>(1, curve.size() - 1);
        return x0 + left + i / last * (width - left - right);
    }
    double place_y(double time) const {
        const double share = (std::log(time) - low) / (high - low);
        return y0 + height - bottom - share * (height - top - bottom);
    }

    std::string title() const {
        return element("<text class=\"title\" x=\"%.0f\" y=\"%.0f\">%s</text>\n", x0 + left,
                       y0 + 20, name.c_str());
    }

    std::string axis() const {
        const auto [least, most] = std::minmax_element(curve.begin(), curve.end());
        std::string svg =
            element("<line class=\"axis\" x1=\"%.0f\" x2=\"%.0f\" y1=\"%.0f\" "
                    "y2=\"%.0f\"/>\n",
                    x0 + left, x0 + width - right, y0 + height - bottom, y0 + height - bottom);
        for (const double value : {*least, *most}) {
            svg += element("<text x=\"%.0f\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n",
                           x0 + left - 6, place_y(value) + 4, ratio_text(value).c_str());
        }
        return svg +
               element("<text x=\"%.0f\" y=\"%.0f\" text-anchor=\"end\">%zu candidates</text>\n",
                       x0 + width - right, y0 + height - 12, curve.size());
    }

    std::string standard_line() const {
        return element(
            "<line class=\"standard\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>\n",
            x0 + left, x0 + width - right, place_y(1), place_y(1));
    }

    std::string dots() const {
        std::string svg;
        for (size_t i = 0; i < curve.size(); ++i) {
            svg += element("<circle class=\"tried\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\"/>\n",
                           place_x(i), place_y(curve[i]));
        }
        return svg;
    }

    std::string best_line() const {
        std::string path;
        double best = curve.front();
        for (size_t i = 0; i < curve.size(); ++i) {
            const double before = best;
            best = std::min(best, curve[i]);
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
        if (!curve_of(tuning).empty()) {
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
                  "<text x=\"8\" y=\"18\">time over that of the schedule's own values (dashed), "
                  "logarithmic, by candidate; line: best so far</text>\n" +
                  panels + "</svg>\n");
}

} // namespace haliclr::tuner
