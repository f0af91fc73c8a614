// haliclr-tune as a user runs it: a short real search, and what it refuses.
#include "tests/trainer/command.h"
#include "tests/tuner/scratch_folder.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace haliclr::tuner {
namespace {

using nlohmann::json;

class TuneCommand : public ScratchFolder {
protected:
    std::string out() const { return " --out '" + (folder / "device.json").string() + "' "; }

    void expect_refused(const std::string &arguments, const std::string &reason) {
        const CommandResult result = run_haliclr(arguments);
        EXPECT_EQ(result.exit_code, 2) << arguments << "\n" << result.output;
        EXPECT_NE(result.output.find(reason), std::string::npos) << result.output;
        EXPECT_EQ(std::count(result.output.begin(), result.output.end(), '\n'), 1) << result.output;
    }
};

TEST_F(TuneCommand, TunesAFastOperatorAndResumes) {
    const std::string arguments = "--operator unit_rows --rows 256 --columns 64 --threads 2 "
                                  "--budget 5s --json '" +
                                  (folder / "r.json").string() + "' --plot '" +
                                  (folder / "p.svg").string() + "'" + out();
    const CommandResult first = run_haliclr(arguments);
    ASSERT_EQ(first.exit_code, 0) << first.output;
    json result = json::parse(read("r.json"))["operators"][0];
    EXPECT_EQ(result["operator"], "unit_rows");
    EXPECT_EQ(result["default"]["rows_per_task"], 64);
    EXPECT_TRUE(result["checked_against_unscheduled"]);
    EXPECT_GT(result["bound_ms"].get<double>(), 0);
    EXPECT_EQ(result["bound"].get<std::string>().find("inputs + outputs at the memory rate"), 0u);
    EXPECT_GT(result["reached_percent"].get<double>(), 0);
    EXPECT_GE(result["tried"].size(), 2u);
    EXPECT_GE(result["finalists"].size(), 2u);
    for (const json &tried : result["tried"]) {
        EXPECT_GT(tried.value("ms", 0.0), 0) << tried;
    }
    EXPECT_EQ(read("p.svg").substr(0, 4), "<svg");
    const bool gained = result["verdict"].get<std::string>().starts_with("gain");
    EXPECT_EQ(std::filesystem::exists(folder / "device.json"), gained);

    const CommandResult second = run_haliclr(arguments);
    EXPECT_EQ(second.exit_code, 0);
    EXPECT_NE(second.output.find("are known from an earlier run"), std::string::npos)
        << second.output;
}

TEST_F(TuneCommand, ListsASpaceAndWhatIsPruned) {
    const CommandResult result = run_haliclr("--list --operator ntxent_forward");
    EXPECT_EQ(result.exit_code, 0);
    EXPECT_NE(result.output.find("register_rows"), std::string::npos) << result.output;
    EXPECT_NE(result.output.find("pruned"), std::string::npos) << result.output;
}

TEST_F(TuneCommand, TakesOperatorsAndSizesFromAConfiguration) {
    const CommandResult result =
        run_haliclr("--list --config '" HALICLR_SOURCE_DIR "/configs/quickstart.toml'");
    EXPECT_EQ(result.exit_code, 0) << result.output;
    EXPECT_NE(result.output.find("512 views of 28x28"), std::string::npos) << result.output;
    EXPECT_NE(result.output.find("ntxent_forward: M = 512, D = 128"), std::string::npos)
        << result.output;
    EXPECT_NE(result.output.find("\nlars: "), std::string::npos) << result.output;
}

TEST_F(TuneCommand, RefusesInOneLine) {
    expect_refused("--operator view", "--operator 'view' is unknown; did you mean views?");
    expect_refused("--budgt 5m", "unknown flag --budgt; did you mean --budget?");
    expect_refused("--budget soon", "--budget 'soon': no duration; write for example 90s");
    expect_refused("--device tpu", "--device");
    expect_refused("--autoscheduler Adams", "did you mean Adams2019?");
    expect_refused("--config '" + (folder / "none.toml").string() + "'", "none.toml");
    expect_refused("--json /no/such/folder/x.json", "--json /no/such/folder/x.json");
    write("bad.toml", "view = [");
    expect_refused("--config '" + (folder / "bad.toml").string() + "'", "bad.toml, line 1");
}

TEST_F(TuneCommand, NeverOverwritesACorruptRecordFile) {
    write("device.json", "{\"version\": 1, \"rec");
    const CommandResult result = run_haliclr("--operator unit_rows --budget 1s" + out());
    EXPECT_EQ(result.exit_code, 2) << result.output;
    EXPECT_NE(result.output.find("is no file of tuned records (not valid JSON)"), std::string::npos)
        << result.output;
    EXPECT_EQ(read("device.json"), "{\"version\": 1, \"rec");
}

TEST_F(TuneCommand, SaysWhyThereIsNoDevice) {
    const CommandResult result = run_haliclr("--device cuda --list --operator unit_rows");
    if (result.exit_code == 0) {
        GTEST_SKIP() << "this machine has a CUDA device";
    }
    EXPECT_EQ(result.exit_code, 2) << result.output;
    EXPECT_EQ(result.output.find("haliclr tune: --device cuda: "), 0u) << result.output;
}

TEST_F(TuneCommand, StopsAfterThePresentCandidateWhenInterrupted) {
    const pid_t process = fork();
    ASSERT_GE(process, 0);
    if (process == 0) {
        const std::string file = (folder / "device.json").string();
        std::freopen("/dev/null", "w", stdout);
        execl(HALICLR_COMMAND, HALICLR_COMMAND, "--operator", "ntxent_forward", "--rows", "128",
              "--budget", "10m", "--out", file.c_str(), nullptr);
        _exit(127);
    }
    for (int tenths = 0; tenths < 300 && read("device.json.journal").empty(); ++tenths) {
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    EXPECT_FALSE(read("device.json.journal").empty());
    kill(process, SIGINT);
    int status = 0;
    waitpid(process, &status, 0);
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 130);
}

TEST_F(TuneCommand, ChecksRecordsForDrift) {
    write("device.json", R"({"version": 1, "records": [{"operator": "unit_rows", "backend": "cpu",
        "problem": "M = 256, D = 64", "values": {"rows_per_task": 32}, "median_ms": 1,
        "default_median_ms": 2}]})");
    const CommandResult result = run_haliclr("--check --rows 256 --columns 64 --json '" +
                                             (folder / "r.json").string() + "'" + out());
    EXPECT_EQ(result.exit_code, 0) << result.output;
    const json drift = json::parse(read("r.json"));
    ASSERT_EQ(drift.size(), 1u);
    EXPECT_EQ(drift[0]["ratio_then"], 0.5);
    EXPECT_GT(drift[0]["ratio_now"].get<double>(), 0);
}

} // namespace
} // namespace haliclr::tuner
