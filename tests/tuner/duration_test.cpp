// Durations of the command line, and names nearest to a typing error.
#include "tuner/duration.h"
#include "tuner/errors.h"
#include "tuner/machine.h"
#include "tuner/nearest.h"

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

TEST(TunerNearest, TakesTheFewestInsertionsAndDeletions) {
    EXPECT_EQ(nearest("view", {"lars", "views", "views_32"}), "views");
    EXPECT_EQ(nearest("ntxent_foward", {"ntxent_backward", "ntxent_forward"}), "ntxent_forward");
    EXPECT_EQ(nearest("x", {}), "");
}

TEST(TunerMachine, NamesAFileByTheDevice) {
    EXPECT_EQ(slug_of("AMD EPYC"), "amd-epyc");
    EXPECT_EQ(slug_of("Intel(R) Xeon(R) CPU @ 2.20GHz"), "intel-r-xeon-r-cpu-2-20ghz");
    EXPECT_EQ(slug_of("??"), "unnamed");
}

} // namespace
} // namespace haliclr::tuner
