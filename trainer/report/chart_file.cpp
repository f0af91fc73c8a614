// Frames a chart with its title and the name of its axis.
#include "trainer/report/chart_file.h"

#include <fstream>

#include "trainer/errors.h"
#include "trainer/report/axis.h"
#include "trainer/report/html.h"
#include "trainer/report/json_file.h"
#include "trainer/report/png.h"
#include "trainer/report/raster_chart.h"

namespace haliclr::trainer {

namespace {

constexpr const char *style = R"(text { font: 11px system-ui, sans-serif; fill: #66727a; }
.title { font-size: 14px; fill: #1d2326; } path { fill: none; stroke-linejoin: round; }
.grid { stroke: #e3e6e4; } .curve { stroke: #0b7a75; stroke-width: 2; })";

std::string svg_of(const ChartText &text, const Curve &curve) {
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 520 280\" width=\"780\" "
           "height=\"420\">\n<style>" +
           std::string(style) + "</style>\n<rect width=\"520\" height=\"280\" fill=\"#fff\"/>\n" +
           "<text class=\"title\" x=\"52\" y=\"18\">" + html_text(text.title) + "</text>\n" +
           "<g transform=\"translate(0 24)\">" + chart_elements(curve, Trend::Exact) + "</g>\n" +
           "<text x=\"506\" y=\"275\" text-anchor=\"end\">" + html_text(text.x_name) +
           "</text>\n</svg>\n";
}

} // namespace

void require_chart_name(const std::filesystem::path &file, const std::string &flag) {
    if (!file.empty() && file.extension() != ".svg" && file.extension() != ".png") {
        throw UsageError(flag + " " + file.string() +
                         ": the name ends in neither .svg nor .png; choose one of them");
    }
    require_writable_place(file, flag);
}

void write_chart(const std::filesystem::path &file, const ChartText &text, const Curve &curve) {
    if (file.extension() == ".png") {
        write_png(file, raster_chart(text, curve));
        return;
    }
    std::ofstream stream(file);
    if (!(stream << svg_of(text, curve)).flush()) {
        throw UsageError("[plot] cannot write " + file.string() +
                         ": no permission or the disk is full; choose another file");
    }
}

} // namespace haliclr::trainer
