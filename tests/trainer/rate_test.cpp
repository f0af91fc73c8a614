// The learning rate: rules for the batch size, warm-up, decay.
#include "trainer/optim/rate_schedule.h"

#include <gtest/gtest.h>

namespace haliclr::trainer {
namespace {

TEST(PeakRate, FollowsTheRule) {
    RateConfig config;
    EXPECT_DOUBLE_EQ(peak_rate(config, 4096), 4.8); // SimCLR, section 2.3
    config.base_rate = 0.075;
    config.rate_rule = "sqrt";
    EXPECT_DOUBLE_EQ(peak_rate(config, 4096), 4.8); // the same at this batch (appendix B.1)
    config.rate_rule = "fixed";
    EXPECT_DOUBLE_EQ(peak_rate(config, 4096), 0.075);
}

TEST(RateSchedule, RisesLinearlyThenFallsToZeroWithoutRestart) {
    RateConfig config;
    config.base_rate = 2.0;
    config.rate_rule = "fixed";
    config.warmup_epochs = 1.5;
    const RateSchedule rate(config, 256, /*steps_per_epoch=*/10, /*epochs=*/10);
    EXPECT_DOUBLE_EQ(rate(0), 2.0 / 15);
    EXPECT_DOUBLE_EQ(rate(6), 2.0 * 7 / 15);
    EXPECT_DOUBLE_EQ(rate(14), 2.0);
    EXPECT_DOUBLE_EQ(rate(15), 2.0);
    EXPECT_NEAR(rate(15 + 85 / 2), 1.0, 0.02);
    EXPECT_NEAR(rate(100), 0.0, 1e-12);
    EXPECT_NEAR(rate(200), 0.0, 1e-12);
    for (int64_t step = 15; step < 100; ++step) {
        EXPECT_GT(rate(step), rate(step + 1)) << step;
    }
}

TEST(RateSchedule, WithoutWarmupStartsAtThePeak) {
    RateConfig config;
    config.warmup_epochs = 0;
    const RateSchedule rate(config, 256, 10, 10);
    EXPECT_DOUBLE_EQ(rate(0), 0.3);
    EXPECT_LT(rate(1), 0.3);
}

TEST(RateSchedule, WithoutDecayStaysAtThePeak) {
    RateConfig config;
    config.warmup_epochs = 2;
    config.decay = "none";
    const RateSchedule rate(config, 512, 5, 4);
    EXPECT_DOUBLE_EQ(rate(9), 0.6);
    EXPECT_DOUBLE_EQ(rate(19), 0.6);
}

TEST(RateSchedule, WarmupLongerThanTheRunOnlyRises) {
    RateConfig config;
    config.warmup_epochs = 10;
    const RateSchedule rate(config, 256, 3, 2);
    EXPECT_DOUBLE_EQ(rate(5), 0.3 * 6 / 30);
}

} // namespace
} // namespace haliclr::trainer
