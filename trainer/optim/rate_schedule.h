// The learning rate as a pure function of the step, so that a resumed run needs no state for it.
#pragma once

#include <cstdint>
#include <string>

namespace haliclr::trainer {

struct RateConfig {
    double base_rate = 0.3;
    std::string rate_rule = "linear"; // linear: base * B / 256 | sqrt: base * sqrt(B) | fixed: base
    double warmup_epochs = 10;
    std::string decay = "cosine"; // cosine: to 0 without restarts | none
};

// The peak rate for batches of batch_size images (SimCLR, section 2.3 and appendix B.1).
double peak_rate(const RateConfig &config, int64_t batch_size);

class RateSchedule {
public:
    RateSchedule(const RateConfig &config, int64_t batch_size, int64_t steps_per_epoch,
                 int64_t epochs);

    // Rate of step (counted from 0): peak * (step + 1) / warmup during warm-up, then the decay.
    double operator()(int64_t step) const;

private:
    double peak;
    int64_t warmup_steps;
    int64_t total_steps;
    bool cosine;
};

} // namespace haliclr::trainer
