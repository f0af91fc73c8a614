// Text and JSON of the report.
#include "trainer/build/build_report.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>

namespace haliclr::trainer {

namespace {

constexpr double worthwhile = 1.15; // what specializing is expected to gain

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values.empty() ? 0 : values[values.size() / 2];
}

template <typename... Values>
std::string formatted(const char *format, Values... values) {
    char text[400];
    std::snprintf(text, sizeof text, format, values...);
    return text;
}

// Why a part gains less than is expected, from what was measured; empty where it gains enough.
std::string reason_for(const PartTimes &part) {
    const Gain gain = gain_of(part);
    if (gain.median >= worthwhile || part.part == "step") {
        return "";
    }
    if (part.part == "optimizer") {
        return "its length is no constant of the kernel: it reads and writes memory at " +
               formatted("%.0f %%", 100 * part.bound / median(part.specialized)) +
               " of the memory rate with either";
    }
    const std::string of_bound = part.bound > 0
                                     ? formatted("; it runs at %.0f %% of its bound with either",
                                                 100 * part.bound / median(part.specialized))
                                     : "";
    return (part.part == "loss"
                ? "its register blocks have constant sizes in the generic kernel too, so that a "
                  "constant shape removes only the ends of loops"
                : "the generic binary has a kernel of this size and these operators already") +
           of_bound;
}

} // namespace

Gain gain_of(const PartTimes &part) {
    Gain gain{median(part.generic) / median(part.specialized), 1e30, 0};
    for (size_t i = 0; i < part.generic.size() && i < part.specialized.size(); ++i) {
        const double ratio = part.generic[i] / part.specialized[i];
        gain.least = std::min(gain.least, ratio);
        gain.largest = std::max(gain.largest, ratio);
    }
    return gain;
}

std::string report_text(const BuildReport &report) {
    std::string text = "specialized to\n";
    for (const auto &[key, value] : report.special.fixed) {
        text += formatted("  %-20s", key.c_str()) + value + "\n";
    }
    const std::string &features = report.processor.features;
    const bool baseline = features.find_first_not_of(' ') == std::string::npos;
    text += formatted("  %-20s", "instruction sets") +
            (baseline ? "baseline" : features.substr(1)) + "\n" +
            formatted("size: generic %.1f MB, specialized %.1f MB\n",
                      static_cast<double>(report.generic_bytes) / 1e6,
                      static_cast<double>(report.specialized_bytes) / 1e6);
    if (!report.parts.empty()) {
        text += formatted("%-12s%14s%18s%10s%18s%13s\n", "part", "generic ms", "specialized ms",
                          "gain", "gain of the runs", "difference");
    }
    text += report.unmeasured.empty() ? "" : "not measured: " + report.unmeasured + "\n";
    std::string reasons;
    for (const PartTimes &part : report.parts) {
        const Gain gain = gain_of(part);
        const std::string range = formatted("%.2f..%.2f", gain.least, gain.largest);
        const std::string difference =
            part.part == "step" ? "-" : formatted("%.1e", part.difference);
        text +=
            formatted("%-12s%14.3f%18.3f%9.2fx%18s%13s\n", part.part.c_str(), median(part.generic),
                      median(part.specialized), gain.median, range.c_str(), difference.c_str());
        const std::string reason = reason_for(part);
        reasons += reason.empty() ? "" : part.part + ": " + reason + "\n";
    }
    return text + reasons + "binary: " + report.folder + "/haliclr\n";
}

nlohmann::ordered_json report_json(const BuildReport &report) {
    nlohmann::ordered_json json;
    json["version"] = 1;
    for (const auto &[key, value] : report.special.fixed) {
        json["specialized_to"][key] = value;
    }
    json["instruction_sets"] = report.processor.features;
    json["tuned_records"] = report.processor.records;
    json["kernels"] = report.special.kernels;
    json["bytes"] = {{"generic", report.generic_bytes}, {"specialized", report.specialized_bytes}};
    json["unmeasured"] = report.unmeasured;
    json["parts"] = nlohmann::ordered_json::array();
    for (const PartTimes &part : report.parts) {
        const Gain gain = gain_of(part);
        json["parts"].push_back({{"part", part.part},
                                 {"problem", part.problem},
                                 {"generic_ms", part.generic},
                                 {"specialized_ms", part.specialized},
                                 {"gain", gain.median},
                                 {"bound_ms", part.bound},
                                 {"difference", part.difference},
                                 {"reason", reason_for(part)}});
    }
    return json;
}

} // namespace haliclr::trainer
