// The learning rate as a pure function of the step, so that a resumed run needs no state for it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace haliclr::trainer {

struct RateConfig {
    double base_rate = 0.3;
    std::string rate_rule = "linear"; // linear: base * B / 256 | sqrt: base * sqrt(B) | fixed: base
    double warmup_epochs = 10;
    int64_t warmup_steps = 0;       // instead of warmup_epochs
    std::string decay = "cosine";   // cosine, without restarts | step | none
    double floor = 0;               // of cosine: the last rate as a share of the peak
    std::vector<double> milestones; // of step: epochs, ascending, at which the rate falls
    double factor = 0.1;            // of step: by which it falls
};

// The peak rate for batches of batch_size images (SimCLR, section 2.3 and appendix B.1).
double peak_rate(const RateConfig &config, int64_t batch_size);

// One line where the warm-up fills the whole run or more; else empty.
std::string warmup_warning(const RateConfig &config, int64_t steps_per_epoch, int64_t epochs);

// Throws a UsageError where keys exclude each other, or milestones are unordered, within the
// warm-up or beyond the run.
void require_consistent(const RateConfig &config, int64_t steps_per_epoch, int64_t epochs);

class RateSchedule {
public:
    RateSchedule(const RateConfig &config, int64_t batch_size, int64_t steps_per_epoch,
                 int64_t epochs);

    // Rate of step (counted from 0): peak * (step + 1) / warmup during warm-up, then the decay.
    double operator()(int64_t step) const;

    double peak() const { return peak_; }
    int64_t warmup_steps() const { return warmup_steps_; }
    // First steps of the milestones' rates; empty unless the decay is by steps.
    const std::vector<int64_t> &milestone_steps() const { return milestone_steps_; }

private:
    double cosine(int64_t step) const;
    double steps(int64_t step) const;

    double peak_;
    int64_t warmup_steps_, total_steps;
    std::string decay;
    double floor, factor;
    std::vector<int64_t> milestone_steps_;
};

} // namespace haliclr::trainer
