// The plan as JSON; numbers unrounded, sizes in bytes.
#include "trainer/plan/plan_text.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace haliclr::trainer {

namespace {

using nlohmann::ordered_json;

ordered_json optimizer_json(const RunPlan &plan) {
    const OptimizerConfig &optimizer = plan.config.optimizer;
    return {{"kind", optimizer.kind},
            {"form", optimizer.form},
            {"denominator", optimizer.denominator},
            {"nesterov", optimizer.nesterov},
            {"clip", optimizer.clip},
            {"skip", optimizer.skip},
            {"momentum", optimizer.momentum},
            {"weight_decay", optimizer.weight_decay},
            {"trust", optimizer.trust},
            {"beta1", optimizer.beta1},
            {"beta2", optimizer.beta2},
            {"epsilon", optimizer.epsilon},
            {"base_rate", plan.config.rate.base_rate},
            {"rate_rule", plan.config.rate.rate_rule},
            {"peak_rate", plan.rate.peak()}};
}

ordered_json rates_json(const RunPlan &plan) {
    ordered_json rates = ordered_json::array();
    for (const RatePoint &point : notable_rates(plan)) {
        rates.push_back({{"what", point.what},
                         {"step", point.step},
                         {"epoch", plan.epoch_of(point.step)},
                         {"rate", point.rate}});
    }
    return rates;
}

} // namespace

ordered_json plan_json(const RunPlan &plan) {
    const TrainConfig &train = plan.config.train;
    const double warmup =
        std::min(plan.epoch_of(plan.rate.warmup_steps()), static_cast<double>(train.epochs));
    ordered_json json;
    json["images"] = plan.images;
    json["images_from"] = plan.images_from;
    json["batch_size"] = train.batch_size;
    json["view_size"] = plan.config.view.size;
    json["steps_per_epoch"] = plan.epoch_steps;
    json["epochs"] = train.epochs;
    json["warmup_epochs"] = warmup;
    json["decay_epochs"] = static_cast<double>(train.epochs) - warmup;
    json["decay"] = plan.config.rate.decay;
    json["steps"] = plan.steps;
    json["images_seen"] = plan.steps * train.batch_size;
    json["optimizer"] = optimizer_json(plan);
    json["rates"] = rates_json(plan);
    json["parameters"] = {{"encoder", plan.model.encoder_parameters},
                          {"head", plan.model.head_parameters},
                          {"tensors", plan.model.tensors},
                          {"decayed_tensors", plan.model.decayed_tensors}};
    for (const MemoryPart &part : plan.memory) {
        std::string key = part.name;
        std::replace(key.begin(), key.end(), ' ', '_');
        json["memory_bytes"][key] = part.bytes;
    }
    json["memory_bytes"]["sum"] = total_bytes(plan.memory);
    return json;
}

} // namespace haliclr::trainer
