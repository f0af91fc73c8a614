// Gathers the files of a run directory into one HTML page.
#include "trainer/report/report.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <vector>

#include <nlohmann/json.hpp>

#include "trainer/errors.h"
#include "trainer/report/chart.h"
#include "trainer/report/html.h"
#include "trainer/report/metrics_log.h"
#include "trainer/train/atomic_file.h"

namespace haliclr::trainer {

namespace fs = std::filesystem;

namespace {

using Columns = std::map<std::string, std::vector<double>>;

std::string contents(const fs::path &file) {
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

// Files of a folder with this beginning and ending, by name.
std::vector<fs::path> files_in(const fs::path &folder, const std::string &prefix,
                               const std::string &suffix) {
    std::vector<fs::path> found;
    std::error_code missing;
    for (const auto &entry : fs::directory_iterator(folder, missing)) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with(prefix) && name.ends_with(suffix)) {
            found.push_back(entry.path());
        }
    }
    std::sort(found.begin(), found.end());
    return found;
}

std::string percent(const nlohmann::json &row, const std::string &key) {
    if (!row.contains(key) || !row[key].is_number()) {
        return "–";
    }
    char text[32];
    std::snprintf(text, sizeof text, "%.1f %%", row[key].get<double>());
    return text;
}

std::string card(const std::string &name, const std::string &value) {
    return "<div>" + html_text(name) + "<b>" + html_text(value) + "</b></div>\n";
}

double last_finite(const Columns &columns, const std::string &key) {
    double last = std::nan("");
    if (const auto column = columns.find(key); column != columns.end()) {
        for (double value : column->second) {
            last = std::isfinite(value) ? value : last;
        }
    }
    return last;
}

std::string summary_cards(const Columns &metrics) {
    const std::pair<const char *, const char *> shown[] = {{"step", "steps"},
                                                           {"loss", "last loss"},
                                                           {"accuracy", "contrastive accuracy"},
                                                           {"entropy", "entropy"},
                                                           {"active", "active negatives"},
                                                           {"images_per_s", "images a second"}};
    std::string html = "<div class=\"cards\">\n";
    for (const auto &[key, name] : shown) {
        const double value = last_finite(metrics, key);
        if (std::isfinite(value)) {
            html += card(name, tick_label(value));
        }
    }
    return html + "</div>\n";
}

struct Panel {
    const char *key;
    const char *title;
    Trend trend;
};

std::string charts(const Columns &metrics) {
    const Panel panels[] = {{"loss", "Loss", Trend::MovingAverage},
                            {"accuracy", "Contrastive accuracy", Trend::MovingAverage},
                            {"entropy", "Entropy of the similarities", Trend::MovingAverage},
                            {"active", "Share of active negatives", Trend::MovingAverage},
                            {"rate", "Learning rate", Trend::Exact},
                            {"images_per_s", "Images a second", Trend::MovingAverage}};
    std::string html;
    for (const Panel &panel : panels) {
        if (const auto column = metrics.find(panel.key); column != metrics.end()) {
            html += line_chart(panel.title, {metrics.at("step"), column->second}, panel.trend);
        }
    }
    if (html.empty()) {
        return "";
    }
    return "<h2>Training, by step</h2>\n<div class=\"charts\">\n" + html + "</div>\n";
}

std::string evaluation(const fs::path &file) {
    const auto result = nlohmann::json::parse(contents(file), nullptr, false);
    if (!result.is_object() || !result.contains("rows") || !result["rows"].is_array()) {
        return "";
    }
    std::string rows;
    for (const auto &row : result["rows"]) {
        const std::string features = row.value("features", "");
        rows += std::string("<tr") + (features == "trained" ? " class=\"best\"" : "") + "><td>" +
                html_text(features) + "</td><td>" +
                std::to_string(row.value("dimensions", int64_t(0))) + "</td><td>" +
                percent(row, "knn") + "</td><td>" + percent(row, "linear") + "</td></tr>\n";
    }
    return "<p>" + html_text(result.value("train", "") + "; " + result.value("test", "")) +
           "</p><table><tr><th>features</th><th>dimensions</th><th>kNN</th><th>linear</th></tr>\n" +
           rows + "</table>\n";
}

std::string evaluations(const fs::path &run_dir) {
    std::string html;
    for (const fs::path &file : files_in(run_dir, "eval", ".json")) {
        html += evaluation(file);
    }
    return html.empty() ? "" : "<h2>Accuracy of the features</h2>\n" + html;
}

std::string previews(const fs::path &run_dir) {
    std::string html;
    for (const fs::path &file : files_in(run_dir / "previews", "", ".png")) {
        html += "<figure><figcaption>" + html_text(file.filename().string()) +
                "</figcaption><img alt=\"views\" src=\"data:image/png;base64," +
                base64(contents(file)) + "\"></figure>\n";
    }
    return html.empty() ? "" : "<h2>Views</h2>\n" + html;
}

std::string text_file(const fs::path &file, const std::string &title) {
    const std::string text = contents(file);
    return text.empty() ? ""
                        : "<h2>" + html_text(title) + "</h2>\n<pre>" + html_text(text) + "</pre>\n";
}

} // namespace

void write_report(const fs::path &run_dir) {
    if (!fs::is_regular_file(run_dir / "metrics.jsonl")) {
        throw UsageError("[report] " + run_dir.string() +
                         ": no metrics.jsonl in it; pass the folder of a run");
    }
    const Columns metrics = read_metrics(run_dir / "metrics.jsonl");
    const fs::path absolute = fs::absolute(run_dir).lexically_normal();
    const std::string name =
        (absolute.has_filename() ? absolute : absolute.parent_path()).filename().string();
    const std::string page =
        html_page(name + " – HaliCLR",
                  "<h1>" + html_text(name) + "</h1>\n<p>HaliCLR " HALICLR_VERSION "</p>\n" +
                      summary_cards(metrics) + evaluations(run_dir) + charts(metrics) +
                      previews(run_dir) + text_file(run_dir / "config.toml", "Configuration") +
                      text_file(run_dir / "env.json", "Environment"));
    write_atomically(run_dir / "report.html", page);
}

} // namespace haliclr::trainer
