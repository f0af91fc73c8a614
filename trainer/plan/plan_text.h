// A plan for people and for programs.
#pragma once

#include "trainer/plan/run_plan.h"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace haliclr::trainer {

// Tables of the run, the optimizer, the rate with a chart, the model and the memory.
std::string plan_text(const RunPlan &plan);

nlohmann::ordered_json plan_json(const RunPlan &plan);

// The rate at a share 0 ... 1 of the run.
double rate_at(const RunPlan &plan, double share);

// Short and without trailing zeros: "4.8", "1e-6", "0.00154".
std::string short_number(double value);

} // namespace haliclr::trainer
