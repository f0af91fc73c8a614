// Peak rate, linear warm-up and cosine decay.
#include "trainer/optim/rate_schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace haliclr::trainer {

double peak_rate(const RateConfig &config, int64_t batch_size) {
    if (config.rate_rule == "linear") {
        return config.base_rate * static_cast<double>(batch_size) / 256.0;
    }
    if (config.rate_rule == "sqrt") {
        return config.base_rate * std::sqrt(static_cast<double>(batch_size));
    }
    return config.base_rate;
}

RateSchedule::RateSchedule(const RateConfig &config, int64_t batch_size, int64_t steps_per_epoch,
                           int64_t epochs)
    : peak(peak_rate(config, batch_size)),
      warmup_steps(std::llround(config.warmup_epochs * static_cast<double>(steps_per_epoch))),
      total_steps(steps_per_epoch * epochs), cosine(config.decay == "cosine") {}

double RateSchedule::operator()(int64_t step) const {
    if (step < warmup_steps) {
        return peak * static_cast<double>(step + 1) / static_cast<double>(warmup_steps);
    }
    if (!cosine) {
        return peak;
    }
    const int64_t decay_steps = std::max<int64_t>(1, total_steps - warmup_steps);
    const double done = static_cast<double>(step - warmup_steps) / static_cast<double>(decay_steps);
    return 0.5 * peak * (1.0 + std::cos(std::numbers::pi * std::min(done, 1.0)));
}

} // namespace haliclr::trainer
