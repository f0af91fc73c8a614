// Peak rate, linear warm-up, and decay by cosine or by steps.
#include "trainer/optim/rate_schedule.h"

#include "trainer/errors.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <sstream>

namespace haliclr::trainer {

namespace {

// Epochs, whole or in part, as the nearest number of steps.
int64_t steps_of(double epochs, int64_t steps_per_epoch) {
    return std::llround(epochs * static_cast<double>(steps_per_epoch));
}

int64_t steps_of_warmup(const RateConfig &config, int64_t steps_per_epoch) {
    return config.warmup_steps > 0 ? config.warmup_steps
                                   : steps_of(config.warmup_epochs, steps_per_epoch);
}

std::string text(double value) {
    std::ostringstream stream;
    stream << value;
    return stream.str();
}

[[noreturn]] void refuse(const std::string &what) {
    throw UsageError("[schedule] " + what);
}

void check_decay(const RateConfig &config) {
    const bool by_steps = config.decay == "step";
    if (by_steps && config.milestones.empty()) {
        refuse("schedule.decay = step without schedule.milestones; give the epochs at which the "
               "rate falls, such as [30, 60, 80]");
    }
    if (!by_steps && !config.milestones.empty()) {
        refuse("schedule.milestones are of schedule.decay = step, and it is " + config.decay +
               "; set it to step or the milestones to []");
    }
    if (config.decay != "cosine" && config.floor > 0) {
        refuse("schedule.floor = " + text(config.floor) +
               " is of schedule.decay = cosine, and it is " + config.decay +
               "; set the floor to 0");
    }
}

void check_milestones(const RateConfig &config, int64_t steps_per_epoch, int64_t epochs) {
    int64_t previous = steps_of_warmup(config, steps_per_epoch) - 1;
    for (size_t i = 0; i < config.milestones.size(); ++i) {
        const std::string milestone = "schedule.milestones: epoch " + text(config.milestones[i]);
        const int64_t step = steps_of(config.milestones[i], steps_per_epoch);
        if (step <= previous) {
            refuse(milestone +
                   (i == 0 ? " is within the warm-up"
                           : " is not after epoch " + text(config.milestones[i - 1])) +
                   "; give ascending epochs after the warm-up");
        }
        if (step >= steps_per_epoch * epochs) {
            refuse(milestone + " is not before the end, train.epochs = " + std::to_string(epochs) +
                   "; leave it out or train longer");
        }
        previous = step;
    }
}

} // namespace

double peak_rate(const RateConfig &config, int64_t batch_size) {
    if (config.rate_rule == "linear") {
        return config.base_rate * static_cast<double>(batch_size) / 256.0;
    }
    if (config.rate_rule == "sqrt") {
        return config.base_rate * std::sqrt(static_cast<double>(batch_size));
    }
    return config.base_rate;
}

std::string warmup_warning(const RateConfig &config, int64_t steps_per_epoch, int64_t epochs) {
    if (steps_of_warmup(config, steps_per_epoch) < steps_per_epoch * epochs) {
        return {};
    }
    const std::string key = config.warmup_steps > 0
                                ? "schedule.warmup_steps = " + std::to_string(config.warmup_steps)
                                : "schedule.warmup_epochs = " + text(config.warmup_epochs);
    return key + " is not shorter than train.epochs = " + std::to_string(epochs) +
           ": the rate never falls";
}

void require_consistent(const RateConfig &config, int64_t steps_per_epoch, int64_t epochs) {
    check_decay(config);
    check_milestones(config, steps_per_epoch, epochs);
}

RateSchedule::RateSchedule(const RateConfig &config, int64_t batch_size, int64_t steps_per_epoch,
                           int64_t epochs)
    : peak_(peak_rate(config, batch_size)), warmup_steps_(steps_of_warmup(config, steps_per_epoch)),
      total_steps(steps_per_epoch * epochs), decay(config.decay), floor(config.floor),
      factor(config.factor) {
    if (decay == "step") {
        for (const double epoch : config.milestones) {
            milestone_steps_.push_back(steps_of(epoch, steps_per_epoch));
        }
    }
}

double RateSchedule::operator()(int64_t step) const {
    if (step < warmup_steps_) {
        return peak_ * static_cast<double>(step + 1) / static_cast<double>(warmup_steps_);
    }
    return decay == "cosine" ? cosine(step) : decay == "step" ? steps(step) : peak_;
}

double RateSchedule::cosine(int64_t step) const {
    const int64_t decay_steps = std::max<int64_t>(1, total_steps - warmup_steps_);
    const double done =
        static_cast<double>(step - warmup_steps_) / static_cast<double>(decay_steps);
    const double height = 0.5 * (1.0 + std::cos(std::numbers::pi * std::min(done, 1.0)));
    return peak_ * (floor + (1.0 - floor) * height);
}

double RateSchedule::steps(int64_t step) const {
    const auto passed = std::upper_bound(milestone_steps_.begin(), milestone_steps_.end(), step) -
                        milestone_steps_.begin();
    return peak_ * std::pow(factor, static_cast<double>(passed));
}

} // namespace haliclr::trainer
