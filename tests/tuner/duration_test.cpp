// Durations of the command line.
#include "tuner/duration.h"
#include "tuner/errors.h"

#include <gtest/gtest.h>

namespace haliclr::tuner {
namespace {

TEST(TunerDuration, ReadsSecondsMinutesAndHours) {
    EXPECT_DOUBLE_EQ(parse_duration("90", "--budget"), 90);
    EXPECT_DOUBLE_EQ(parse_duration("90s", "--budget"), 90);
    EXPECT_DOUBLE_EQ(parse_duration("10m", "--budget"), 600);
    EXPECT_DOUBLE_EQ(parse_duration("1.5h", "--budget"), 5400);
}

TEST(TunerDuration, RefusesWhatIsNone) {
    for (const char *text : {"", "m", "10d", "-5s", "0", "5 m", "1e999", "nan", "ten"}) {
        try {
            parse_duration(text, "--budget");
            ADD_FAILURE() << "'" << text << "' was taken";
        } catch (const UsageError &error) {
            const std::string message = error.what();
            EXPECT_NE(message.find(std::string("--budget '") + text + "'"), std::string::npos)
                << message;
            EXPECT_EQ(message.find('\n'), std::string::npos);
        }
    }
}

} // namespace
} // namespace haliclr::tuner
