// What a configuration amounts to: steps, rates, sizes, memory.
#pragma once

#include "trainer/config.h"
#include "trainer/plan/memory.h"
#include "trainer/plan/model_outline.h"

#include <string>
#include <vector>

namespace haliclr::trainer {

struct RunPlan {
    Config config;
    int64_t images;
    std::string images_from; // whose number that is
    int64_t epoch_steps, steps;
    RateSchedule rate;
    ModelOutline model;
    std::vector<MemoryPart> memory;

    double epoch_of(int64_t step) const {
        return static_cast<double>(step) / static_cast<double>(epoch_steps);
    }
};

// images: of the training data; 0 = as data.source says, or as many as ImageNet has. Nothing is
// trained and no image read. Throws a UsageError for what pretrain would refuse.
RunPlan make_plan(const Config &config, int64_t images);

struct RatePoint {
    std::string what; // "end of warm-up"
    int64_t step;     // from 1, as metrics.jsonl counts
    double rate;
};

// The steps at which something happens to the rate, and the quarters of the run.
std::vector<RatePoint> notable_rates(const RunPlan &plan);

} // namespace haliclr::trainer
