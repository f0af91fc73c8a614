// Which candidate becomes a record.
#include "tuner/finals.h"

#include "tests/tuner/made_up_trials.h"

#include <gtest/gtest.h>

namespace haliclr::tuner {
namespace {

const Rounds rounds{0.1, 16, 1000};

Values sleeping(int microseconds) {
    return {{"microseconds", microseconds}};
}

TEST(TunerFinals, AClearlyFasterCandidateWins) {
    const Finals finals = decide(make_made_up(), sleeping(2000), sleeping(2000),
                                 {sleeping(1000), sleeping(2000)}, rounds, 20);
    EXPECT_EQ(finals.fault, "");
    ASSERT_EQ(finals.finalists.size(), 2u) << "the standard one is not timed twice";
    EXPECT_EQ(finals.verdict, Verdict::gain);
    EXPECT_EQ(finals.finalists[finals.winner].scheduling.values, sleeping(1000));
    EXPECT_GT(finals.comparison.gain, 0.3);
}

TEST(TunerFinals, ThePresentRecordStaysWhereNothingBeatsIt) {
    const Finals finals =
        decide(make_made_up(), sleeping(3000), sleeping(1000), {sleeping(2000)}, rounds, 20);
    EXPECT_EQ(finals.verdict, Verdict::confirmed);
    EXPECT_EQ(finals.finalists[finals.winner].scheduling.values, sleeping(1000));
}

TEST(TunerFinals, ACandidateThatCrashesFailsThem) {
    const Finals finals =
        decide(make_made_up(), sleeping(100), sleeping(100), {{{"crashes", 1}}}, rounds, 20);
    EXPECT_EQ(finals.verdict, Verdict::failed);
    EXPECT_EQ(finals.fault, "crashed (Segmentation fault)");
}

} // namespace
} // namespace haliclr::tuner
