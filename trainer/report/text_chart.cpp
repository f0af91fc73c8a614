// Fills the area under a curve with block letters.
#include "trainer/report/text_chart.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "trainer/report/chart.h"

namespace haliclr::trainer {

namespace {

const char *const eighths[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr size_t label_width = 8;

std::string label(const std::string &text) {
    return std::string(label_width - std::min(label_width, text.size()), ' ') + text;
}

// Names of the ticks below the columns where they are.
std::string x_labels(const TextChart &chart) {
    std::string line(label_width + 2, ' ');
    for (const double tick : axis_ticks(0, chart.length, 5)) {
        const auto column = static_cast<size_t>(std::llround(tick / chart.length * chart.columns) +
                                                label_width + 1);
        line.resize(std::max(line.size(), column), ' ');
        line += tick_label(tick);
    }
    return line + " " + chart.x_name + "\n";
}

} // namespace

std::string text_chart(const TextChart &chart) {
    std::vector<double> heights;
    for (int column = 0; column < chart.columns; column++) {
        heights.push_back(chart.height((column + 0.5) / chart.columns));
    }
    const double top = *std::max_element(heights.begin(), heights.end());
    if (!(top > 0) || !std::isfinite(top)) {
        return "";
    }
    std::string text;
    for (int row = chart.rows - 1; row >= 0; row--) {
        const double mark = top * (row + 1) / chart.rows;
        const bool named = (chart.rows - 1 - row) % 5 == 0;
        text += label(named ? tick_label(mark) : "") + (named ? " ┤" : " │");
        for (const double height : heights) {
            const double lines = height / top * chart.rows - row;
            text += eighths[std::clamp<int64_t>(std::llround(lines * 8), 0, 8)];
        }
        text.erase(text.find_last_not_of(' ') + 1);
        text += "\n";
    }
    std::string axis = label("0") + " └";
    for (int column = 0; column < chart.columns; column++) {
        axis += "─";
    }
    return text + axis + "\n" + x_labels(chart);
}

} // namespace haliclr::trainer
