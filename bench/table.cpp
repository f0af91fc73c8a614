// Text and JSON of the rows.
#include "bench/table.h"

#include <cstdio>

namespace haliclr::bench {

std::vector<Row> rows_of(const Problem &problem, const std::vector<Candidate> &candidates,
                         const std::vector<Timing> &timings,
                         const std::vector<double> &differences) {
    std::vector<Row> rows;
    for (size_t i = 0; i < candidates.size(); ++i) {
        rows.push_back({problem.operator_name, problem.problem, candidates[i].name, timings[i],
                        timings[i].median / timings[0].median, problem.work, problem.unit,
                        problem.bound, problem.bound_of, differences[i]});
    }
    return rows;
}

void bound_by_factors(std::vector<Row> &rows, const std::vector<std::string> &factors, double flop,
                      const std::string &flop_of, const Roofline &roofline) {
    for (size_t i = 0; i < rows.size(); ++i) {
        const ProductRoof roof = product_roof(roofline, factors[i]);
        rows[i].bound = flop / roof.gflops / 1e6;
        rows[i].bound_of = flop_of + " at the " + roof.name;
    }
}

namespace {

// A bound without its times, which follow in brackets.
std::string formula(const Row &row) {
    return row.bound_of.substr(0, row.bound_of.find(" ("));
}

// Those of the first row's problem that have a bound of another kind.
std::string other_bounds(const std::vector<Row> &rows, const Row &first) {
    std::string text;
    for (const Row &row : rows) {
        const bool here = row.operator_name == first.operator_name && row.problem == first.problem;
        if (here && formula(row) != formula(first)) {
            text += "  bound of " + row.name + ": " + row.bound_of + "\n";
        }
    }
    return text;
}

} // namespace

std::string to_text(const std::vector<Row> &rows) {
    std::string text;
    char line[256];
    std::string last_problem;
    for (const Row &row : rows) {
        const std::string problem = row.operator_name + ", " + row.problem;
        if (problem != last_problem) {
            std::snprintf(line, sizeof line, "%-26s%10s%20s%10s%16s%9s%10s%12s\n", "", "median ms",
                          "fastest..slowest", "ours is", (row.unit + "/s").c_str(), "of bound",
                          "peak MiB", "difference");
            text += "\n" + problem + "\n  bound: " + row.bound_of + "\n" + other_bounds(rows, row) +
                    line;
            last_problem = problem;
        }
        char range[32];
        std::snprintf(range, sizeof range, "%.3g..%.3g", row.timing.fastest, row.timing.slowest);
        char peak[16] = "-";
        if (row.timing.peak_mib) {
            std::snprintf(peak, sizeof peak, "%.1f", *row.timing.peak_mib);
        }
        std::snprintf(line, sizeof line, "%-26s%10.3f%20s%9.2fx%16.4g%8.1f%%%10s%12.1e\n",
                      row.name.c_str(), row.timing.median, range, row.speedup,
                      row.work / row.timing.median * 1000, 100 * row.bound / row.timing.median,
                      peak, row.difference);
        text += line;
    }
    return text;
}

std::string to_text(const Roofline &roofline) {
    char text[240], product[64] = "", tensor[96] = "";
    if (roofline.sgemm_gflops) {
        std::snprintf(product, sizeof product, " (LibTorch's sgemm %.0f)", *roofline.sgemm_gflops);
    }
    if (roofline.tf32_gflops && roofline.bf16_gflops) {
        std::snprintf(tensor, sizeof tensor, ", tensor cores %.0f in tf32 and %.0f in bf16",
                      *roofline.tf32_gflops, *roofline.bf16_gflops);
    }
    std::snprintf(text, sizeof text, "fp32 peak %.0f GFLOP/s%s%s, memory %.1f GB/s",
                  roofline.peak_gflops, product, tensor, roofline.gigabytes_per_s);
    return text;
}

namespace {

nlohmann::ordered_json or_null(const std::optional<double> &value) {
    return value ? nlohmann::ordered_json(*value) : nullptr;
}

} // namespace

nlohmann::ordered_json to_json(const std::vector<Row> &rows, const Roofline &roofline,
                               int threads) {
    nlohmann::ordered_json json;
    json["version"] = 1;
    json["threads"] = threads;
    json["peak_gflops"] = roofline.peak_gflops;
    json["sgemm_gflops"] = or_null(roofline.sgemm_gflops);
    json["tf32_gflops"] = or_null(roofline.tf32_gflops);
    json["bf16_gflops"] = or_null(roofline.bf16_gflops);
    json["gigabytes_per_s"] = roofline.gigabytes_per_s;
    json["rows"] = nlohmann::ordered_json::array();
    for (const Row &row : rows) {
        json["rows"].push_back({{"operator", row.operator_name},
                                {"problem", row.problem},
                                {"name", row.name},
                                {"median_ms", row.timing.median},
                                {"fastest_ms", row.timing.fastest},
                                {"slowest_ms", row.timing.slowest},
                                {"peak_mib", or_null(row.timing.peak_mib)},
                                {"speedup_of_ours", row.speedup},
                                {"rate_per_s", row.work / row.timing.median * 1000},
                                {"unit", row.unit},
                                {"bound_ms", row.bound},
                                {"bound", row.bound_of},
                                {"difference", row.difference}});
    }
    return json;
}

} // namespace haliclr::bench
