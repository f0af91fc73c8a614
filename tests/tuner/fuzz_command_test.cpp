// The fuzzer as a user runs it: a few real cases, a replay, an interrupt, and what it refuses.
#include "tests/trainer/command.h"

namespace haliclr::tuner {
namespace {

std::string first_case(const std::string &output) {
    const size_t start = output.find('\n') + 1; // after the machine's line
    return output.substr(start, output.find('\n', start) - start);
}

TEST(FuzzCommand, CasesOfEveryKindAgreeOnTheCpu) {
    const CommandResult result = run_haliclr("--fuzz 20s --cases 8 --seed 1 --threads 2");
    EXPECT_EQ(result.exit_code, 0) << result.output;
    EXPECT_NE(result.output.find(" of seed 1, 0 with a fault"), std::string::npos) << result.output;
}

TEST(FuzzCommand, CasesOfSmallKernelsAgreeOnOpencl) {
    const CommandResult result = run_haliclr("--fuzz 20s --cases 3 --seed 1 --device opencl "
                                             "--operator unit_rows --operator stripe_gradient");
    if (result.exit_code == 2 && result.output.find("--device opencl: ") != std::string::npos) {
        GTEST_SKIP() << result.output;
    }
    EXPECT_EQ(result.exit_code, 0) << result.output;
}

TEST(FuzzCommand, ReplaysACaseFromItsSeed) {
    const std::string rest = " --operator stripe_gradient --threads 2";
    const CommandResult run = run_haliclr("--fuzz 60s --cases 1 --seed 5" + rest);
    const std::string line = first_case(run.output);
    ASSERT_NE(line.find("  stripe_gradient, "), std::string::npos) << run.output;
    const std::string seed = line.substr(0, line.find(' '));
    const CommandResult replay = run_haliclr("--fuzz-case " + seed + rest);
    EXPECT_EQ(replay.exit_code, 0) << replay.output;
    EXPECT_EQ(first_case(replay.output), line);
}

// 12 images of 63 x 63: a bound of what is read of their bytes, which no allocation may follow.
TEST(FuzzCommand, TheReferenceCopiesNoInputs) {
    const CommandResult result =
        run_haliclr("--fuzz-case 15213709349803439226 --operator views_normalized_32_bfloat16 "
                    "--threads 2");
    EXPECT_NE(result.output.find("24 views of 33x33 from images of 63x63"), std::string::npos)
        << result.output;
    EXPECT_EQ(result.exit_code, 0) << result.output;
}

TEST(FuzzCommand, StopsWithItsSummaryWhenInterrupted) {
    // In the foreground, as it would signal the whole group too, and a second interrupt ends at
    // once.
    const CommandResult result =
        run_command("timeout", "--foreground --preserve-status --signal=INT 3 '" HALICLR_COMMAND
                               "' --fuzz 10m --operator unit_rows");
    EXPECT_EQ(result.exit_code, 130) << result.output;
    EXPECT_NE(result.output.find("of seed 1, interrupted, 0 with a fault"), std::string::npos)
        << result.output;
}

TEST(FuzzCommand, RefusesInOneLine) {
    const auto expect_refused = [](const std::string &arguments, const std::string &reason) {
        const CommandResult result = run_haliclr(arguments);
        EXPECT_EQ(result.exit_code, 2) << arguments << "\n" << result.output;
        EXPECT_NE(result.output.find(reason), std::string::npos) << result.output;
        EXPECT_EQ(std::count(result.output.begin(), result.output.end(), '\n'), 1) << result.output;
    };
    expect_refused("--fuzz 0s", "--fuzz '0s': no duration");
    expect_refused("--fuzz-case twelve", "--fuzz-case 'twelve': no seed; write a whole number");
    expect_refused("--fuzz 1s --seed=-1", "--seed '-1': no seed");
    expect_refused("--fuzz-case 18446744073709551616", "no seed");
    expect_refused("--cases 3", "--cases requires --fuzz");
    expect_refused("--fuzz 1s --cases 0", "--cases");
    expect_refused("--fuzz 1s --fuzz-case 3", "--fuzz-case");
    expect_refused("--fuzz 1s --budget 5s", "--budget means nothing to --fuzz; leave it out");
    expect_refused("--fuzz 1s --operator unit_row", "did you mean unit_rows?");
}

} // namespace
} // namespace haliclr::tuner
