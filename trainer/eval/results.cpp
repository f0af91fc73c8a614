// Formats evaluation results.
#include "trainer/eval/results.h"

#include <cstdio>

#include <nlohmann/json.hpp>

namespace haliclr::trainer {

namespace {

std::string left(std::string text, size_t width) {
    text.resize(std::max(width, text.size()), ' ');
    return text;
}

std::string right(const std::string &text, size_t width) {
    return std::string(width > text.size() ? width - text.size() : 0, ' ') + text;
}

std::string percent(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1f", value);
    return text;
}

} // namespace

std::string results_table(const std::vector<Accuracy> &rows) {
    const bool knn = !rows.empty() && rows[0].knn.has_value();
    const bool linear = !rows.empty() && rows[0].linear.has_value();
    std::string table = left("features", 12) + right("dimensions", 12) +
                        (knn ? right("kNN %", 10) : "") + (linear ? right("linear %", 10) : "") +
                        "\n";
    for (const Accuracy &row : rows) {
        table += left(row.features, 12) + right(std::to_string(row.dimensions), 12) +
                 (row.knn ? right(percent(*row.knn), 10) : "") +
                 (row.linear ? right(percent(*row.linear), 10) : "") + "\n";
    }
    return table;
}

nlohmann::ordered_json results_json(const std::vector<Accuracy> &rows) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const Accuracy &row : rows) {
        nlohmann::ordered_json object{{"features", row.features}, {"dimensions", row.dimensions}};
        if (row.knn) {
            object["knn"] = *row.knn;
        }
        if (row.linear) {
            object["linear"] = *row.linear;
        }
        list.push_back(object);
    }
    return list;
}

} // namespace haliclr::trainer
