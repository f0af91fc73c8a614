// metrics.jsonl: writing, and cutting off the steps that a resumed run will do again.
#include "trainer/train/metrics.h"

#include "trainer/errors.h"
#include "trainer/train/atomic_file.h"

#include <nlohmann/json.hpp>

namespace haliclr::trainer {

namespace {

// The lines of steps up to last_step. A line that a crash cut short is dropped.
std::string kept_lines(const std::filesystem::path &file, int64_t last_step) {
    std::ifstream stream(file);
    std::string kept, line;
    while (std::getline(stream, line)) {
        const auto json = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
        if (!json.is_object() || json.value("step", last_step + 1) > last_step) {
            break;
        }
        kept += line + "\n";
    }
    return kept;
}

} // namespace

std::string to_json(const StepMetrics &metrics) {
    nlohmann::ordered_json json;
    json["step"] = metrics.step;
    json["epoch"] = metrics.epoch;
    json["loss"] = metrics.loss;
    json["rate"] = metrics.rate;
    json["accuracy"] = metrics.accuracy;
    json[metrics.detail_name] = metrics.detail;
    json["images_per_s"] = metrics.images_per_s;
    return json.dump();
}

MetricsFile::MetricsFile(const std::filesystem::path &file, int64_t last_step) : file(file) {
    write_atomically(file, kept_lines(file, last_step));
    stream.open(file, std::ios::app);
}

void MetricsFile::append(const StepMetrics &metrics) {
    stream << to_json(metrics) << '\n' << std::flush;
    if (!stream) {
        throw Error("[metrics] cannot write '" + file.string() +
                    "'; free some space and resume the run");
    }
}

} // namespace haliclr::trainer
