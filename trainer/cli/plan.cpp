// haliclr plan: what a configuration amounts to, before anything is trained.
#include "trainer/cli/subcommands.h"

#include <iostream>
#include <memory>

#include <nlohmann/json.hpp>

#include "trainer/plan/plan_text.h"
#include "trainer/report/chart_file.h"
#include "trainer/report/json_file.h"

namespace haliclr::trainer {

namespace {

struct PlanOptions {
    std::string config_file, json, plot;
    std::vector<std::string> assignments; // --set
    int64_t images = 0;                   // 0: not given
};

// Evenly over the run, and on both sides of each step at which the rate jumps.
Curve rate_curve(const RunPlan &plan) {
    constexpr int64_t points = 360;
    std::vector<int64_t> steps{plan.rate.warmup_steps()};
    for (int64_t i = 0; i <= points; i++) {
        steps.push_back(i * (plan.steps - 1) / points);
    }
    for (const int64_t step : plan.rate.milestone_steps()) {
        steps.insert(steps.end(), {step - 1, step});
    }
    std::sort(steps.begin(), steps.end());
    Curve curve;
    for (const int64_t step : steps) {
        if (step < plan.steps) {
            curve.x.push_back(plan.epoch_of(step));
            curve.y.push_back(plan.rate(step));
        }
    }
    curve.x.push_back(plan.epoch_of(plan.steps)); // the end of the last step
    curve.y.push_back(plan.rate(plan.steps - 1));
    return curve;
}

void run_plan(const PlanOptions &options) {
    require_writable_place(options.json, "--json");
    require_chart_name(options.plot, "--plot");
    Config config;
    read_config(config, options.config_file, options.assignments);
    const RunPlan plan = make_plan(config, options.images);
    const std::string warning = warmup_warning(config.rate, plan.epoch_steps, config.train.epochs);
    if (!warning.empty()) {
        std::cerr << "warning: " << warning << '\n';
    }
    std::cout << options.config_file << '\n' << plan_text(plan);
    if (!options.json.empty()) {
        write_json_file(options.json, plan_json(plan));
    }
    if (!options.plot.empty()) {
        write_chart(options.plot, {"Learning rate", "epochs"}, rate_curve(plan));
    }
}

} // namespace

void add_plan(CLI::App &app) {
    CLI::App *plan = app.add_subcommand(
        "plan", "Show the steps, rates, parameters and memory of a run without training");
    auto options = std::make_shared<PlanOptions>();
    plan->add_option("CONFIG", options->config_file, "configuration file (TOML)")->required();
    plan->add_option("--set", options->assignments, "one key of the configuration; may be repeated")
        ->type_name("key=value")
        ->allow_extra_args(false);
    plan->add_option("--images", options->images,
                     "training images (default: those of data.source, else ImageNet's 1281167)")
        ->type_name("N")
        ->check(CLI::Range(int64_t{1}, int64_t{1} << 40));
    plan->add_option("--json", options->json, "also write this to a file")->type_name("FILE");
    plan->add_option("--plot", options->plot, "draw the rate in a picture")
        ->type_name("FILE.svg|.png");
    plan->callback([options] { run_plan(*options); });
}

} // namespace haliclr::trainer
