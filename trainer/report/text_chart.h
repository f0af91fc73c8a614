// Charts for a terminal.
#pragma once

#include <functional>
#include <string>

namespace haliclr::trainer {

struct TextChart {
    std::function<double(double)> height; // of the curve at a share 0 ... 1 of its length; >= 0
    double length;                        // what the right end of the x axis says
    std::string x_name;
    int columns = 64, rows = 10;
};

// The area under the curve in eighths of a line, with ticks at both axes; UTF-8, lines of up to
// columns + 12 letters. Empty where the curve is 0 throughout.
std::string text_chart(const TextChart &chart);

} // namespace haliclr::trainer
