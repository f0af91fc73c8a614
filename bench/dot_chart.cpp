// A dot chart: names on the left, a logarithmic axis of ratios, the ratio beside each dot.
#include "bench/dot_chart.h"

#include "trainer/errors.h"
#include "trainer/report/html.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>

namespace haliclr::bench {

namespace {

constexpr int line_height = 18, name_width = 260, width = 760, right_margin = 70, top = 34;
constexpr const char *style =
    "text { font: 12px system-ui, sans-serif; fill: #1d2326; } .problem { font-weight: 600; } "
    ".tick { fill: #66727a; } line { stroke: #e3e6e4; } .ours { fill: #0b7a75; } "
    ".theirs { fill: #c4572e; }";

// Powers of two that hold all ratios.
struct RatioAxis {
    int low, high;

    explicit RatioAxis(const std::vector<Row> &rows) : low(-1), high(1) {
        for (const Row &row : rows) {
            low = std::min(low, static_cast<int>(std::floor(std::log2(row.speedup))));
            high = std::max(high, static_cast<int>(std::ceil(std::log2(row.speedup))));
        }
    }

    double place(double exponent) const {
        return name_width + (exponent - low) / (high - low) * (width - name_width - right_margin);
    }
};

template <typename... Values>
std::string element(const char *format, Values... values) {
    char text[256];
    std::snprintf(text, sizeof text, format, values...);
    return text;
}

std::string grid(const RatioAxis &axis, int height) {
    std::string svg;
    for (int exponent = axis.low; exponent <= axis.high; ++exponent) {
        const double x = axis.place(exponent);
        svg += element("<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>", x, x, top - 8,
                       height - 8);
        svg +=
            element("<text class=\"tick\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%g</text>\n",
                    x, top - 14, std::exp2(exponent));
    }
    return svg;
}

std::string dot(const RatioAxis &axis, const Row &row, bool ours, int y) {
    const double x = axis.place(std::log2(row.speedup));
    std::string svg = element("<text x=\"%d\" y=\"%d\" text-anchor=\"end\">", name_width - 16, y);
    svg += trainer::html_text(row.name) + "</text>";
    svg += element("<circle class=\"%s\" cx=\"%.1f\" cy=\"%d\" r=\"5\"/>", ours ? "ours" : "theirs",
                   x, y - 4);
    svg += element("<text class=\"tick\" x=\"%.1f\" y=\"%d\">%.2f</text>\n", x + 9, y, row.speedup);
    return svg;
}

} // namespace

void write_dot_chart(const std::filesystem::path &file, const std::vector<Row> &rows) {
    const RatioAxis axis(rows);
    std::string lines, problem;
    bool among_ours = false; // a problem whose first row names no library: its kernels' parts
    int y = top;
    for (const Row &row : rows) {
        const std::string here = row.operator_name + ", " + row.problem;
        const bool first = here != problem;
        if (first) {
            y += line_height;
            lines += element("<text class=\"problem\" x=\"8\" y=\"%d\">", y) +
                     trainer::html_text(here) + "</text>\n";
            y += line_height;
            problem = here;
            among_ours = !row.name.starts_with("haliclr");
        }
        lines += dot(axis, row, among_ours || row.name.starts_with("haliclr"), y);
        y += line_height;
    }
    const int height = y + 4;
    std::ofstream stream(file);
    stream << element("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\">\n",
                      width, height)
           << "<style>" << style
           << "</style>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
           << "<text class=\"problem\" x=\"8\" y=\"20\">time over ours</text>\n"
           << grid(axis, height) << lines << "</svg>\n";
    if (!stream.flush()) {
        throw trainer::UsageError("[plot] cannot write " + file.string() +
                                  ": no permission or the disk is full; choose another file");
    }
}

} // namespace haliclr::bench
