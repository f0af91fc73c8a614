// Candidates of a batch: timed beside the yardstick, or with the reason why not.
#include "tuner/batch.h"

#include "tests/tuner/made_up_trials.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace haliclr::tuner {
namespace {

TEST(TunerBatch, TimesWhatRunsAndTellsWhatDoesNot) {
    const MakeTrial make = make_made_up();
    TrialProcess yardstick(make, {{{"microseconds", 1000}}, ""}, 20);
    ASSERT_EQ(yardstick.ready().fault, "");
    const std::vector<Values> batch = {{{"microseconds", 4000}},
                                       {{"is_wrong", 1}},
                                       {{"crashes_later", 1}},
                                       {{"throws", 1}},
                                       {{"microseconds", 1000}, {"tile", 2}}};
    std::vector<Values> told;
    const std::vector<Attempt> attempts =
        try_batch(make, batch, yardstick, 20,
                  [&](const Attempt &attempt) { told.push_back(attempt.values); });
    ASSERT_EQ(attempts.size(), batch.size());
    EXPECT_EQ(told, batch);
    EXPECT_GE(attempts[0].milliseconds.value_or(0), 4);
    EXPECT_GT(attempts[0].relative, 1.5);
    EXPECT_NE(attempts[1].fault.find("3 of 9 elements differ"), std::string::npos);
    EXPECT_NE(attempts[2].fault.find("crashed"), std::string::npos);
    EXPECT_EQ(attempts[3].fault, "tile 7 is odd");
    for (const size_t failed : {1, 2, 3}) {
        EXPECT_FALSE(attempts[failed].milliseconds);
    }
    EXPECT_LT(attempts[4].relative, attempts[0].relative); // the others do not disturb it
}

} // namespace
} // namespace haliclr::tuner
