// The learning rate: rules for the batch size, warm-up, decay, and what is refused.
#include "trainer/errors.h"
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

TEST(RateSchedule, WarmupInSteps) {
    RateConfig config;
    config.warmup_epochs = 0;
    config.warmup_steps = 4;
    const RateSchedule rate(config, 256, /*steps_per_epoch=*/10, /*epochs=*/2);
    EXPECT_EQ(rate.warmup_steps(), 4);
    EXPECT_DOUBLE_EQ(rate(0), 0.075);
    EXPECT_DOUBLE_EQ(rate(3), 0.3);
    EXPECT_DOUBLE_EQ(rate(12), 0.15); // half of the 16 steps that are left
}

TEST(RateSchedule, CosineEndsAtTheFloor) {
    RateConfig config;
    config.warmup_epochs = 0;
    config.floor = 0.2; // 0.06 of 0.3
    const RateSchedule rate(config, 256, 10, 10);
    EXPECT_DOUBLE_EQ(rate(0), 0.3);
    EXPECT_DOUBLE_EQ(rate(50), 0.18);
    EXPECT_DOUBLE_EQ(rate(100), 0.06);
    EXPECT_DOUBLE_EQ(rate(1000), 0.06);
}

TEST(RateSchedule, StepsFallAtTheirEpochs) {
    RateConfig config;
    config.warmup_epochs = 1;
    config.decay = "step";
    config.milestones = {2, 3.5};
    config.factor = 0.5;
    const RateSchedule rate(config, 256, 10, 5);
    EXPECT_DOUBLE_EQ(rate(4), 0.15);
    EXPECT_DOUBLE_EQ(rate(19), 0.3);
    EXPECT_DOUBLE_EQ(rate(20), 0.15);
    EXPECT_DOUBLE_EQ(rate(34), 0.15);
    EXPECT_DOUBLE_EQ(rate(35), 0.075);
    EXPECT_DOUBLE_EQ(rate(49), 0.075);
    EXPECT_EQ(rate.milestone_steps(), (std::vector<int64_t>{20, 35}));
}

TEST(RateSchedule, OfThePaper) {
    const RateSchedule rate(RateConfig(), 4096, /*steps_per_epoch=*/312, /*epochs=*/100);
    EXPECT_DOUBLE_EQ(rate.peak(), 4.8);
    EXPECT_EQ(rate.warmup_steps(), 3120);
    EXPECT_DOUBLE_EQ(rate(311), 0.48); // one of ten epochs
    EXPECT_DOUBLE_EQ(rate(3119), 4.8);
    EXPECT_NEAR(rate(3120 + 9360), 3.6, 1e-12); // a third of 28,080 steps: 2.4 (1 + cos 60 deg)
}

std::string refusal(const RateConfig &config) {
    try {
        require_consistent(config, /*steps_per_epoch=*/10, /*epochs=*/20);
    } catch (const UsageError &error) {
        return error.what();
    }
    return "";
}

void expect_refused(const RateConfig &config, std::initializer_list<const char *> words) {
    const std::string message = refusal(config);
    for (const char *word : words) {
        EXPECT_NE(message.find(word), std::string::npos) << word << " is not in: " << message;
    }
}

TEST(RateSchedule, StepsOfWarmupTakeThePlaceOfEpochs) {
    RateConfig config; // of 10 epochs
    config.warmup_steps = 7;
    EXPECT_EQ(RateSchedule(config, 256, 10, 20).warmup_steps(), 7);
}

TEST(RateSchedule, AWarmupThatFillsTheRunIsWarnedOf) {
    RateConfig config;
    EXPECT_EQ(warmup_warning(config, 10, 20), "");
    EXPECT_NE(warmup_warning(config, 10, 10).find("warmup_epochs = 10"), std::string::npos);
    config.warmup_steps = 201;
    EXPECT_NE(warmup_warning(config, 10, 20).find("warmup_steps = 201"), std::string::npos);
}

TEST(RateSchedule, ContradictionsAreRefused) {
    EXPECT_EQ(refusal({}), "");
    RateConfig config;
    config = {};
    config.decay = "none";
    config.floor = 0.1;
    expect_refused(config, {"schedule.floor = 0.1", "none"});
}

TEST(RateSchedule, WrongMilestonesAreRefused) {
    RateConfig config;
    config.milestones = {12};
    expect_refused(config, {"milestones", "cosine"});
    config.decay = "step";
    EXPECT_EQ(refusal(config), "");
    config.milestones = {};
    expect_refused(config, {"without schedule.milestones"});
    config.milestones = {15, 12};
    expect_refused(config, {"epoch 12", "not after epoch 15"});
    config.milestones = {12, 12};
    expect_refused(config, {"not after epoch 12"});
    config.milestones = {9.9};
    expect_refused(config, {"epoch 9.9", "warm-up"});
    config.milestones = {12, 20};
    expect_refused(config, {"epoch 20", "before the end"});
}

} // namespace
} // namespace haliclr::trainer
