// Puts the plan together from the parts that training itself uses.
#include "trainer/plan/run_plan.h"

#include "trainer/data/image_count.h"
#include "trainer/train/loop.h"
#include "trainer/train/loss.h"

#include <algorithm>

namespace haliclr::trainer {

namespace {

// The paper's training data (Russakovsky et al. 2015).
constexpr int64_t imagenet_images = 1'281'167;

ImageCount count_of(const Config &config, int64_t images) {
    ImageCount count{images, "given"};
    if (images == 0) {
        count = config.data.source.empty()
                    ? ImageCount{imagenet_images,
                                 "as in ImageNet; neither data.source nor --images given"}
                    : count_training_images(config.data.source);
    }
    if (config.data.limit > 0 && config.data.limit < count.images) {
        return {config.data.limit, "data.limit"};
    }
    return count;
}

} // namespace

RunPlan make_plan(const Config &config, int64_t images) {
    require_consistent(config.optimizer);
    require_consistent(config.loss, 2 * config.train.batch_size);
    const ImageCount count = count_of(config, images);
    const int64_t epoch_steps = steps_per_epoch(config, count.images);
    require_consistent(config.rate, epoch_steps, config.train.epochs);
    const ModelOutline model = outline(config);
    return {config,
            count.images,
            count.source,
            epoch_steps,
            total_steps(config, count.images),
            RateSchedule(config.rate, config.train.batch_size, epoch_steps, config.train.epochs),
            model,
            memory_estimate(config, model)};
}

std::vector<RatePoint> notable_rates(const RunPlan &plan) {
    std::vector<RatePoint> points;
    const auto add = [&](const std::string &what, int64_t step) {
        const bool known = std::any_of(points.begin(), points.end(),
                                       [&](const RatePoint &point) { return point.step == step; });
        if (!known && step >= 1 && step <= plan.steps) {
            points.push_back({what, step, plan.rate(step - 1)});
        }
    };
    add("first step", 1);
    add("end of warm-up", plan.rate.warmup_steps());
    for (const int64_t step : plan.rate.milestone_steps()) {
        add("milestone", step + 1);
    }
    add("last step", plan.steps);
    add("quarter", plan.steps / 4);
    add("half", plan.steps / 2);
    add("three quarters", plan.steps * 3 / 4);
    std::sort(points.begin(), points.end(),
              [](const RatePoint &a, const RatePoint &b) { return a.step < b.step; });
    return points;
}

} // namespace haliclr::trainer
