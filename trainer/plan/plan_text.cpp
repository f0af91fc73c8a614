// Lays a plan out in three columns: name, value, remark.
#include "trainer/plan/plan_text.h"

#include "trainer/report/text_chart.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace haliclr::trainer {

namespace {

// 31,200; small numbers as they are: 4096.
std::string grouped(int64_t value) {
    std::string text = std::to_string(value);
    for (size_t i = text.size(); text.size() > 4 && i > 3 && value >= 10'000;) {
        i -= 3;
        text.insert(i, ",");
    }
    return text;
}

std::string fixed(double value, int digits) {
    char text[64];
    std::snprintf(text, sizeof text, "%.*f", digits, value);
    return text;
}

std::string bytes_text(double bytes) {
    const double gib = 1 << 30, mib = 1 << 20;
    return bytes >= gib ? fixed(bytes / gib, 2) + " GiB" : fixed(bytes / mib, 1) + " MiB";
}

std::string title(const std::string &name) {
    return "\n" + name + "\n";
}

std::string row(const std::string &name, const std::string &value, const std::string &remark = "") {
    char text[512];
    std::snprintf(text, sizeof text, "  %-17s %13s", name.c_str(), value.c_str());
    return std::string(text) + (remark.empty() ? "" : "   " + remark) + "\n";
}

std::string decay_text(const RateConfig &rate) {
    if (rate.decay == "cosine") {
        return "cosine to " + (rate.floor > 0 ? short_number(rate.floor) + " of the peak" : "0");
    }
    if (rate.decay == "none") {
        return "constant";
    }
    std::string epochs;
    for (const double epoch : rate.milestones) {
        epochs += (epochs.empty() ? "" : ", ") + short_number(epoch);
    }
    return "times " + short_number(rate.factor) + " after epochs " + epochs;
}

std::string run_table(const RunPlan &plan) {
    const TrainConfig &train = plan.config.train;
    const double warmup =
        std::min(plan.epoch_of(plan.rate.warmup_steps()), static_cast<double>(train.epochs));
    const std::string size = std::to_string(plan.config.view.size);
    const int64_t left_over = plan.images - plan.epoch_steps * train.batch_size;
    const bool stopped = plan.steps < plan.epoch_steps * train.epochs;
    std::string text = title("run");
    text += row("images", grouped(plan.images), plan.images_from);
    text += row("batch", grouped(train.batch_size),
                "images; " + grouped(2 * train.batch_size) + " views of " + size + " x " + size);
    text +=
        row("epochs",
            short_number(warmup) + " + " + short_number(static_cast<double>(train.epochs) - warmup),
            "warm-up + " + decay_text(plan.config.rate));
    text += row("steps an epoch", grouped(plan.epoch_steps),
                left_over > 0 ? grouped(left_over) + " images of an epoch are left over" : "");
    text += row("steps", grouped(plan.steps), stopped ? "stopped there by train.max_steps" : "");
    return text + row("images seen", grouped(plan.steps * train.batch_size));
}

std::string rule_text(const Config &config) {
    const std::string base = short_number(config.rate.base_rate);
    const std::string batch = std::to_string(config.train.batch_size);
    const std::string &rule = config.rate.rate_rule;
    return rule == "linear" ? "linear: " + base + " * " + batch + " / 256"
           : rule == "sqrt" ? "sqrt: " + base + " * sqrt(" + batch + ")"
                            : "fixed";
}

std::string optimizer_table(const RunPlan &plan) {
    const OptimizerConfig &optimizer = plan.config.optimizer;
    std::string text = title("optimizer");
    if (optimizer.kind == "lars") {
        text +=
            row("kind", "lars",
                "form " + optimizer.form + ", denominator " + optimizer.denominator + ", trust " +
                    short_number(optimizer.trust) + (optimizer.clip ? ", clipped" : ""));
    } else {
        text += row("kind", optimizer.kind);
    }
    text += row("peak rate", short_number(plan.rate.peak()), rule_text(plan.config));
    if (optimizer.kind == "adamw") {
        text += row("betas", short_number(optimizer.beta1) + ", " + short_number(optimizer.beta2),
                    "epsilon " + short_number(optimizer.epsilon));
    } else {
        text += row("momentum", short_number(optimizer.momentum),
                    optimizer.nesterov ? "Nesterov's" : "");
    }
    return text + row("weight decay", short_number(optimizer.weight_decay),
                      "of " + std::to_string(plan.model.decayed_tensors) + " of " +
                          std::to_string(plan.model.tensors) +
                          " tensors; optimizer.skip = " + optimizer.skip);
}

std::string rate_table(const RunPlan &plan) {
    std::string text = title("rate");
    char line[128];
    std::snprintf(line, sizeof line, "  %-17s %13s %9s   %s\n", "", "step", "epoch", "rate");
    text += line;
    for (const RatePoint &point : notable_rates(plan)) {
        std::snprintf(line, sizeof line, "  %-17s %13s %9.2f   %s\n", point.what.c_str(),
                      grouped(point.step).c_str(), plan.epoch_of(point.step),
                      short_number(point.rate).c_str());
        text += line;
    }
    return text + "\n" +
           text_chart({[&](double share) { return rate_at(plan, share); },
                       plan.epoch_of(plan.steps), "epochs"});
}

std::string model_table(const RunPlan &plan) {
    const Config &config = plan.config;
    const ModelOutline &model = plan.model;
    const int64_t hidden = config.head.hidden > 0 ? config.head.hidden : model.features;
    std::string widths = std::to_string(model.features);
    if (config.head.kind == "nonlinear") {
        widths += " - " + std::to_string(hidden);
    }
    if (config.head.kind != "none") {
        widths += " - " + std::to_string(config.head.dim);
    }
    std::string text = title("parameters");
    text += row("encoder", grouped(model.encoder_parameters),
                config.model.arch + ", width " + short_number(config.model.width) + ", " +
                    config.model.stem + " stem");
    text += row("head", grouped(model.head_parameters), config.head.kind + ": " + widths);
    return text + row("both", grouped(model.encoder_parameters + model.head_parameters));
}

std::string memory_table(const RunPlan &plan) {
    std::string text = title("memory of a step, by formula");
    for (const MemoryPart &part : plan.memory) {
        text += row(part.name, bytes_text(part.bytes), part.formula);
    }
    return text + row("sum", bytes_text(total_bytes(plan.memory)),
                      "without the data set, workspaces and temporaries");
}

} // namespace

double rate_at(const RunPlan &plan, double share) {
    const auto step = static_cast<int64_t>(share * static_cast<double>(plan.steps));
    return plan.rate(std::clamp<int64_t>(step, 0, plan.steps - 1));
}

std::string short_number(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.4g", value);
    std::string number = text;
    const size_t exponent = number.find('e');
    if (exponent != number.npos) { // e-06 -> e-6, e+06 -> e6
        const size_t digits = number.find_first_not_of("+-0", exponent + 1);
        number = number.substr(0, exponent + 1) + (number[exponent + 1] == '-' ? "-" : "") +
                 number.substr(digits);
    }
    return number;
}

std::string plan_text(const RunPlan &plan) {
    return run_table(plan) + optimizer_table(plan) + rate_table(plan) + model_table(plan) +
           memory_table(plan);
}

} // namespace haliclr::trainer
