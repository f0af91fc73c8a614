// Progress of a run: a bar on a terminal, a plain line every few seconds elsewhere.
#pragma once

#include "trainer/train/metrics.h"

#include <chrono>
#include <cstdio>
#include <string>

namespace haliclr::trainer {

// "3:07" or "2:05:09".
std::string duration_text(double seconds);

// "step 120/780  epoch 2  loss 4.5123  rate 0.300  5210 images/s  1:52 left".
std::string progress_text(const StepMetrics &metrics, int64_t total_steps, double seconds_left);

class Progress {
public:
    // Steps are counted from first_step, so that a resumed run estimates its own time left. The bar
    // is drawn where output is a terminal, in colour unless NO_COLOR is set.
    Progress(std::FILE *output, int64_t first_step, int64_t total_steps);
    ~Progress();
    Progress(const Progress &) = delete;
    Progress &operator=(const Progress &) = delete;

    void step(const StepMetrics &metrics);

private:
    using Clock = std::chrono::steady_clock;
    void draw_bar(const StepMetrics &metrics, const std::string &text);

    std::FILE *output;
    int64_t first_step, total_steps;
    bool terminal, colour;
    bool bar_visible = false;
    Clock::time_point start, last_shown;
};

} // namespace haliclr::trainer
