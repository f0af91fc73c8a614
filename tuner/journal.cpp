// Appended line by line, so that an interrupted run loses nothing.
#include "tuner/journal.h"

#include "tuner/errors.h"

#include <nlohmann/json.hpp>

#include <fstream>
#include <map>

namespace haliclr::tuner {

using nlohmann::json;

Journal::Journal(const std::filesystem::path &record_file, std::string subject)
    : file(record_file.string() + ".journal"), subject(std::move(subject)) {}

std::vector<Attempt> Journal::earlier() const {
    std::map<Values, Attempt> last;
    std::ifstream stream(file);
    for (std::string line; std::getline(stream, line);) {
        const json entry = json::parse(line, nullptr, /*allow_exceptions=*/false);
        if (!entry.is_object() || entry.value("subject", "") != subject ||
            !entry.contains("values")) {
            continue;
        }
        Attempt attempt{entry["values"].get<Values>(), std::nullopt, entry.value("relative", 1.0),
                        entry.value("fault", "")};
        if (entry.contains("ms")) {
            attempt.milliseconds = entry["ms"].get<double>();
        }
        last[attempt.values] = attempt;
    }
    std::vector<Attempt> attempts;
    for (auto &[values, attempt] : last) {
        attempts.push_back(std::move(attempt));
    }
    return attempts;
}

void Journal::add(const Attempt &attempt) {
    json entry{{"subject", subject}, {"values", attempt.values}};
    if (attempt.milliseconds) {
        entry["ms"] = *attempt.milliseconds;
        entry["relative"] = attempt.relative;
    } else {
        entry["fault"] = attempt.fault;
    }
    std::ofstream stream(file, std::ios::app);
    stream << entry.dump() << '\n';
    if (!stream.flush()) {
        throw UsageError("cannot write " + file.string() +
                         ": no permission or the disk is full; choose another --out");
    }
}

} // namespace haliclr::tuner
