// The measurements of each step and the file metrics.jsonl that keeps them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

namespace haliclr::trainer {

struct StepMetrics {
    int64_t step;  // from 1
    int64_t epoch; // from 0
    double loss;
    double rate;
    double accuracy; // share of views whose positive is the most similar other view
    // The loss's third statistic: "entropy" of the similarity distribution, in nats, or the share
    // of "active" negatives; means over the views.
    std::string detail_name;
    double detail;
    double images_per_s;
};

// One JSON object, without a line break.
std::string to_json(const StepMetrics &metrics);

// metrics.jsonl: one object a line, flushed step by step.
class MetricsFile {
public:
    // Keeps the lines of an existing file up to last_step and appends after them.
    MetricsFile(const std::filesystem::path &file, int64_t last_step);
    void append(const StepMetrics &metrics);

private:
    std::filesystem::path file;
    std::ofstream stream;
};

} // namespace haliclr::trainer
