// What specializing bought: size and speed.
#pragma once

#include "trainer/build/bench_runs.h"

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace haliclr::trainer {

struct BuildReport {
    Specialization special;
    TargetProcessor processor;
    std::string folder;
    int64_t generic_bytes = 0, specialized_bytes = 0; // of the two files
    std::vector<PartTimes> parts;                     // empty where nothing was measured
    std::string unmeasured;                           // why not
};

std::string report_text(const BuildReport &report);
nlohmann::ordered_json report_json(const BuildReport &report);

// Generic over specialized: of the medians' medians, and the least and largest of the pairs.
struct Gain {
    double median, least, largest;
};
Gain gain_of(const PartTimes &part);

} // namespace haliclr::trainer
