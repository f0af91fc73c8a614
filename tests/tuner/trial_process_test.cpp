// Whatever a candidate does, the tuner learns why it failed and goes on.
#include "tuner/trial_process.h"

#include "tests/tuner/made_up_trials.h"

#include <gtest/gtest.h>

namespace haliclr::tuner {
namespace {

std::string fault_of(const Values &values, double limit = 20) {
    TrialProcess trial(make_made_up(), {values, ""}, limit);
    const Outcome ready = trial.ready();
    return ready.fault.empty() ? trial.time({0.01, 3, 5}).fault : ready.fault;
}

TEST(TunerTrials, AreTimedInTheirOwnProcess) {
    TrialProcess trial(make_made_up(), {{{"microseconds", 500}}, ""}, 20);
    ASSERT_EQ(trial.ready().fault, "");
    const Outcome outcome = trial.time({0.05, 5, 1000});
    EXPECT_EQ(outcome.fault, "");
    ASSERT_GE(outcome.rounds.size(), 5u);
    EXPECT_GE(*std::min_element(outcome.rounds.begin(), outcome.rounds.end()), 0.5);
}

TEST(TunerTrials, ThatThrowSayWhyInOneLine) {
    EXPECT_EQ(fault_of({{"throws", 1}}), "tile 7 is odd");
}

TEST(TunerTrials, ThatCrashAreLeftOut) {
    EXPECT_EQ(fault_of({{"crashes", 1}}), "crashed (Segmentation fault)");
    EXPECT_EQ(fault_of({{"crashes_later", 1}}), "crashed (Aborted)");
}

TEST(TunerTrials, ThatHangAreEnded) {
    const auto start = std::chrono::steady_clock::now();
    EXPECT_EQ(fault_of({{"hangs", 1}}, 1), "no answer in 1 s");
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(15));
}

TEST(TunerTrials, WithWrongResultsAreLeftOut) {
    EXPECT_EQ(fault_of({{"is_wrong", 1}}), "wrong result: 3 of 9 elements differ");
}

TEST(TunerTrials, CompileSideBySide) {
    TrialProcess hanging(make_made_up(), {{{"hangs", 1}}, ""}, 20);
    TrialProcess sound(make_made_up(), {{}, ""}, 20);
    EXPECT_EQ(sound.ready().fault, "");
}

TEST(TunerTrials, InterleavedRunInOneProcess) {
    const InterleavedOutcome outcome =
        interleave(make_made_up(), {{{{"microseconds", 300}}, ""}, {{{"microseconds", 900}}, ""}},
                   {0.05, 6, 1000}, 20);
    EXPECT_EQ(outcome.fault, "");
    ASSERT_EQ(outcome.rounds.size(), 2u);
    EXPECT_EQ(outcome.rounds[0].size(), outcome.rounds[1].size());
    EXPECT_LT(outcome.rounds[0][2], outcome.rounds[1][2]);
    EXPECT_NE(interleave(make_made_up(), {{{{"crashes", 1}}, ""}}, {0.01, 1, 1}, 20).fault, "");
}

} // namespace
} // namespace haliclr::tuner
