// The command line of haliclr and haliclr pretrain: exit codes, messages, signals, resume.
#include "command.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>
#include <unistd.h>

namespace {

namespace fs = std::filesystem;

const std::string tiny =
    " --data synthetic:40 --batch-size 8 --set model.arch=resnet8 --set model.width=0.125"
    " --set model.stem_stride=2 --set view.size=16 --set head.dim=8 --set train.device=cpu"
    " --set schedule.warmup_epochs=0 ";

class Cli : public testing::Test {
protected:
    void SetUp() override {
        std::string name = testing::TempDir() + "haliclr-cli-XXXXXX";
        folder = mkdtemp(name.data());
        out = (folder / "run").string();
    }
    void TearDown() override { fs::remove_all(folder); }

    size_t logged_steps() const {
        std::ifstream stream(folder / "run" / "metrics.jsonl");
        size_t lines = 0;
        for (std::string line; std::getline(stream, line);) {
            ++lines;
        }
        return lines;
    }

    fs::path folder;
    std::string out;
};

TEST_F(Cli, HelpAndVersionSucceed) {
    EXPECT_EQ(run_haliclr("--help").exit_code, 0);
    EXPECT_EQ(run_haliclr("--version").exit_code, 0);
    const CommandResult help = run_haliclr("pretrain --help");
    EXPECT_EQ(help.exit_code, 0);
    EXPECT_NE(help.output.find("--resume"), std::string::npos);
    const CommandResult keys = run_haliclr("pretrain --help-config");
    EXPECT_EQ(keys.exit_code, 0);
    EXPECT_NE(keys.output.find("warmup_epochs"), std::string::npos);
}

TEST_F(Cli, DoctorNamesDriverImagesAndOpenclDevice) {
    const CommandResult found = run_haliclr("doctor");
    EXPECT_EQ(found.exit_code, 0) << found.output;
    for (const char *line : {"\nCUDA driver ", "\nCUDA images ", "PTX", "\nOpenCL device "}) {
        EXPECT_NE(found.output.find(line), std::string::npos) << line << found.output;
    }
    const CommandResult unknown = run_haliclr("doctor", "HALICLR_OPENCL_DEVICE=nothing-like-it");
    if (found.output.find("no OpenCL") == std::string::npos) {
        EXPECT_NE(unknown.output.find("no such device; there are: "), std::string::npos);
    }
}

TEST_F(Cli, UnknownWordsNameTheNearest) {
    expect_error(run_haliclr("pretrain --epocs 3"), 2, {"--epocs", "--epochs"});
    expect_error(run_haliclr("pretrain --epocs=3"), 2, {"--epocs", "--epochs"});
    expect_error(run_haliclr("pretrian"), 2, {"'pretrian'", "'pretrain'"});
    expect_error(run_haliclr(""), 2, {"--help"});
    expect_error(run_haliclr("pretrain stray"), 2, {"'stray'"});
    expect_error(run_haliclr("pretrain --set train.epoch=3"), 2,
                 {"'train.epoch'", "'train.epochs'"});
}

TEST_F(Cli, WrongValuesAreUsageErrors) {
    expect_error(run_haliclr("pretrain --epochs many"), 2, {"--epochs", "many"});
    expect_error(run_haliclr("pretrain --epochs 0"), 2, {"train.epochs", "0"});
    expect_error(run_haliclr("pretrain --set loss.temperature=0"), 2,
                 {"loss.temperature", "0.005"});
    expect_error(run_haliclr("pretrain --config " + out), 2, {"[config]", out.c_str()});
    expect_error(run_haliclr("pretrain"), 2, {"--data"});
    expect_error(run_haliclr("pretrain --epochs 9223372036854775807"), 2, {"train.epochs"});
    expect_error(run_haliclr("pretrain --data \"cifar10:ci$(printf '\\351')r\""), 2,
                 {"data.source", "UTF-8"});
    expect_error(run_haliclr("pretrain --data synthetic:40 --set view.size=4096 --batch-size 40"),
                 2, {"view.size = 4096", "2^31"});
    expect_error(run_haliclr("bench --device fpga"), 2, {"'fpga'", "auto, cpu, cuda or opencl"});
    expect_error(run_haliclr("bench --plot /nowhere/a.svg"), 2, {"--plot", "/nowhere"});
    expect_error(run_haliclr("eval knn --checkpoint a --temperature nan"), 2, {"nan"});
    expect_error(run_haliclr("eval knn --checkpoint a --limit 0"), 2, {"1 to 999999999", "0"});
    expect_error(run_haliclr("eval knn --chekpoint a"), 2,
                 {"--checkpoint", "'haliclr eval knn --help'"});
    expect_error(run_haliclr("pretrain --data nothing:3"), 2, {"nothing"});
    expect_error(run_haliclr("pretrain" + tiny + "--out " + out + " --resume " + out), 2,
                 {"--out", "--resume"});
}

TEST_F(Cli, BenchWritesItsNumbersAndAChart) {
    const std::string json = (folder / "b.json").string(), svg = (folder / "b.svg").string();
    const auto run =
        run_haliclr("bench --operator views --seconds 0.01 --json " + json + " --plot " + svg);
    ASSERT_EQ(run.exit_code, 0) << run.output;
    const auto numbers = nlohmann::json::parse(std::ifstream(json));
    EXPECT_FALSE(numbers["measured"]["date"].get<std::string>().empty());
    ASSERT_GE(numbers["rows"].size(), 2u);
    std::stringstream chart;
    chart << std::ifstream(svg).rdbuf();
    for (const auto &row : numbers["rows"]) {
        EXPECT_GT(row["median_ms"].get<double>(), 0);
        EXPECT_TRUE(row["peak_mib"].is_null() || row["peak_mib"].get<double>() >= 0);
        EXPECT_NE(chart.str().find(row["name"].get<std::string>()), std::string::npos);
    }
}

TEST_F(Cli, ConfigFileErrorsNameFileAndLine) {
    std::ofstream(folder / "a.toml") << "seed = 1\n[train]\nbatch = 3\n";
    expect_error(run_haliclr("pretrain --config " + (folder / "a.toml").string()), 2,
                 {"a.toml:3", "'train.batch'", "'train.batch_size'"});
}

TEST_F(Cli, UnknownRecipeOperatorAndBackEndAreUsageErrors) {
    // The one message of more than a line: the recipe with a caret below the character.
    const CommandResult flop =
        run_haliclr("pretrain" + tiny + "--set 'view.recipe=crop(0.2, 1) | flop' --out " + out);
    EXPECT_EQ(flop.exit_code, 2);
    EXPECT_TRUE(flop.output.ends_with("\n    crop(0.2, 1) | flop\n                   ^\n"))
        << flop.output;
    expect_error(run_haliclr("pretrain" + tiny + "--out " + out, "HALICLR_BACKEND=metal"), 2,
                 {"metal"});
    EXPECT_FALSE(fs::exists(out));
}

TEST_F(Cli, BatchLargerThanTheDataLeavesNoFolder) {
    expect_error(run_haliclr("pretrain --data synthetic:10 --batch-size 11 --out " + out), 2,
                 {"11", "10 images"});
    EXPECT_FALSE(fs::exists(out));
}

TEST_F(Cli, ContradictionsLeaveNoFolder) {
    const std::string run = "pretrain" + tiny + "--epochs 2 --out " + out + " --set ";
    expect_error(run_haliclr(run + "schedule.floor=0.1 --set schedule.decay=none"), 2,
                 {"schedule.floor = 0.1", "none"});
    expect_error(run_haliclr(run + "optimizer.skip='*.gamma'"), 2, {"'*.gamma'", "no parameter"});
    expect_error(run_haliclr(run + "optimizer.nesterov=true --set optimizer.momentum=0"), 2,
                 {"nesterov", "momentum = 0"});
    EXPECT_FALSE(fs::exists(out));
}

TEST_F(Cli, NonEmptyOutIsRefusedAndUntouched) {
    fs::create_directories(out);
    std::ofstream(fs::path(out) / "notes.txt") << "mine";
    expect_error(run_haliclr("pretrain" + tiny + "--out " + out), 2, {out.c_str(), "--resume"});
    EXPECT_EQ(std::distance(fs::directory_iterator(out), {}), 1);
}

TEST_F(Cli, RunThenResumeIsPlainOutsideATerminal) {
    const CommandResult run =
        run_haliclr("pretrain" + tiny + "--epochs 2 --set train.max_steps=3 --out " + out);
    EXPECT_EQ(run.exit_code, 0) << run.output;
    EXPECT_EQ(run.output.find('\033'), std::string::npos) << run.output;
    EXPECT_EQ(run.output.find('\r'), std::string::npos) << run.output;
    EXPECT_NE(run.output.find("step 3/3"), std::string::npos) << run.output;
    EXPECT_EQ(logged_steps(), 3u);
    const CommandResult resumed =
        run_haliclr("pretrain --resume " + out + " --set train.max_steps=0");
    EXPECT_EQ(resumed.exit_code, 0) << resumed.output;
    EXPECT_EQ(logged_steps(), 10u);
}

TEST_F(Cli, ResumeRefusesWhatIsNoRunAndWhatWouldChangeIt) {
    expect_error(run_haliclr("pretrain --resume " + out), 2, {out.c_str(), "config.toml"});
    expect_error(run_haliclr("pretrain --resume latest", "cd '" + folder.string() + "' &&"), 2,
                 {"runs"});
    ASSERT_EQ(run_haliclr("pretrain" + tiny + "--epochs 1 --out " + out).exit_code, 0);
    expect_error(run_haliclr("pretrain --resume " + out + " --set model.width=0.25"), 2,
                 {"model.width", "0.25"});
}

TEST_F(Cli, ResumeLatestFindsTheRun) {
    const std::string here = "cd '" + folder.string() + "' &&";
    ASSERT_EQ(run_haliclr("pretrain" + tiny + "--epochs 1 --set train.max_steps=2", here).exit_code,
              0);
    const CommandResult resumed =
        run_haliclr("pretrain --resume latest --set train.max_steps=0", here);
    EXPECT_EQ(resumed.exit_code, 0) << resumed.output;
    EXPECT_NE(resumed.output.find("step-00000002"), std::string::npos) << resumed.output;
}

TEST_F(Cli, NonFiniteLossExitsWith4) {
    const CommandResult result = run_haliclr(
        "pretrain" + tiny + "--set optimizer.kind=sgd --set optimizer.base_rate=1e30 --out " + out);
    EXPECT_EQ(result.exit_code, 4) << result.output;
    EXPECT_NE(result.output.find("nonfinite-step-"), std::string::npos) << result.output;
}

// Starts a long run, sends the signal once it has logged a step and returns its exit code.
int exit_code_after(int signal, const std::string &out) {
    const std::string command = "exec '" HALICLR_COMMAND "' pretrain" + tiny +
                                "--epochs 1000000 --out " + out + " >/dev/null 2>&1";
    const pid_t child = fork();
    if (child == 0) {
        execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
        _exit(127);
    }
    const fs::path metrics = fs::path(out) / "metrics.jsonl";
    std::error_code missing;
    int status = 0;
    for (int wait = 0; wait < 6000; ++wait) {
        if (fs::file_size(metrics, missing) > 0 && !missing) {
            kill(child, signal);
            break;
        }
        if (waitpid(child, &status, WNOHANG) != 0) {
            break; // it ended by itself: reported below
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

TEST_F(Cli, SignalsEndTheRunWithACheckpointOfItsLastStep) {
    for (const int signal : {SIGINT, SIGTERM}) {
        fs::remove_all(out);
        EXPECT_EQ(exit_code_after(signal, out), 128 + signal);
        const size_t steps = logged_steps();
        std::string digits = std::to_string(steps);
        digits.insert(0, 8 - digits.size(), '0');
        EXPECT_TRUE(fs::exists(fs::path(out) / "checkpoints" / ("step-" + digits + ".safetensors")))
            << steps;
        const std::string limit = std::to_string(steps + 2);
        EXPECT_EQ(
            run_haliclr("pretrain --resume " + out + " --set train.max_steps=" + limit).exit_code,
            0);
        EXPECT_EQ(logged_steps(), steps + 2);
    }
}

TEST_F(Cli, TunePassesItsArgumentsAndTheExitCodeOn) {
    if (!fs::exists(fs::path(HALICLR_COMMAND).replace_filename("haliclr-tune"))) {
        const CommandResult result = run_haliclr("tune --help");
        EXPECT_EQ(result.exit_code, 2);
        EXPECT_NE(result.output.find("--target haliclr_tune"), std::string::npos) << result.output;
        GTEST_SKIP() << "haliclr-tune is not built";
    }
    const CommandResult refused = run_haliclr("tune --operator view");
    EXPECT_EQ(refused.exit_code, 2);
    EXPECT_EQ(refused.output.find("haliclr tune: --operator 'view' is unknown"), 0u)
        << refused.output;
    const CommandResult help = run_haliclr("tune --help");
    EXPECT_EQ(help.exit_code, 0);
    EXPECT_NE(help.output.find("--budget"), std::string::npos) << help.output;
}

} // namespace
