// Parses metrics.jsonl line by line.
#include "trainer/report/metrics_log.h"

#include <cmath>
#include <fstream>
#include <limits>

#include <nlohmann/json.hpp>

namespace haliclr::trainer {

std::map<std::string, std::vector<double>> read_metrics(const std::filesystem::path &file) {
    std::map<double, std::map<std::string, double>> steps;
    std::ifstream stream(file);
    for (std::string line; std::getline(stream, line);) {
        const auto object = nlohmann::json::parse(line, nullptr, false);
        if (!object.is_object() || !object.contains("step") || !object["step"].is_number()) {
            continue;
        }
        std::map<std::string, double> values;
        for (const auto &[key, value] : object.items()) {
            if (value.is_number()) {
                values[key] = value.get<double>();
            }
        }
        steps[values["step"]] = values;
    }
    std::map<std::string, std::vector<double>> columns;
    for (const auto &[step, values] : steps) {
        for (const auto &[key, value] : values) {
            columns.try_emplace(key);
        }
    }
    for (auto &[key, column] : columns) {
        for (const auto &[step, values] : steps) {
            const auto found = values.find(key);
            column.push_back(found == values.end() ? std::numeric_limits<double>::quiet_NaN()
                                                   : found->second);
        }
    }
    return columns;
}

} // namespace haliclr::trainer
