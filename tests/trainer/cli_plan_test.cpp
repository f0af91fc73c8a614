// haliclr plan through the command line: the paper's numbers, files, refusals.
#include "command.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>

namespace {

namespace fs = std::filesystem;

const std::string paper = " '" HALICLR_SOURCE_DIR "/configs/simclr_imagenet_resnet50.toml' ";

class CliPlan : public testing::Test {
protected:
    void SetUp() override {
        std::string name = testing::TempDir() + "haliclr-plan-XXXXXX";
        folder = mkdtemp(name.data());
    }
    void TearDown() override { fs::remove_all(folder); }

    fs::path folder;
};

void expect_row(const std::string &output, const std::string &name, const std::string &value) {
    const std::regex row("\n  " + name + " +" + value + "( {3}[^\n]*)?\n");
    EXPECT_TRUE(std::regex_search(output, row)) << name << " in:\n" << output;
}

TEST_F(CliPlan, PrintsThePapersRecipe) {
    const CommandResult result = run_haliclr("plan" + paper);
    EXPECT_EQ(result.exit_code, 0) << result.output;
    expect_row(result.output, "images", "1,281,167");
    expect_row(result.output, "batch", "4096");
    expect_row(result.output, "epochs", "10 \\+ 90");
    expect_row(result.output, "steps an epoch", "312");
    expect_row(result.output, "steps", "31,200");
    expect_row(result.output, "peak rate", "4\\.8");
    expect_row(result.output, "momentum", "0\\.9");
    expect_row(result.output, "weight decay", "1e-6");
    expect_row(result.output, "encoder", "23,508,032");
    EXPECT_NE(result.output.find("form simclr"), std::string::npos);
    EXPECT_NE(result.output.find("linear: 0.3 * 4096 / 256"), std::string::npos);
    EXPECT_NE(result.output.find("warm-up + cosine to 0"), std::string::npos);
}

TEST_F(CliPlan, SquareRootRuleOfThePaper) {
    const CommandResult result = run_haliclr(
        "plan" + paper + "--set optimizer.rate_rule=sqrt --set optimizer.base_rate=0.075");
    expect_row(result.output, "peak rate", "4\\.8");
    EXPECT_NE(result.output.find("sqrt: 0.075 * sqrt(4096)"), std::string::npos);
}

TEST_F(CliPlan, WritesJsonAndPictures) {
    const std::string json = (folder / "plan.json").string(), svg = (folder / "rate.svg").string(),
                      png = (folder / "rate.png").string();
    ASSERT_EQ(run_haliclr("plan" + paper + "--images 8192 --set train.epochs=20 --json " + json +
                          " --plot " + svg)
                  .exit_code,
              0);
    ASSERT_EQ(run_haliclr("plan" + paper + "--plot " + png).exit_code, 0);
    std::ifstream stream(json);
    const auto plan = nlohmann::json::parse(stream);
    EXPECT_EQ(plan["steps"], 40);
    EXPECT_EQ(plan["images"], 8192);
    EXPECT_EQ(plan["warmup_epochs"], 10.0);
    EXPECT_EQ(plan["decay_epochs"], 10.0);
    EXPECT_EQ(plan["optimizer"]["peak_rate"], 4.8);
    EXPECT_EQ(plan["optimizer"]["weight_decay"], 1e-6);
    EXPECT_EQ(plan["parameters"]["encoder"], 23508032);
    EXPECT_EQ(plan["rates"].back()["step"], 40);
    EXPECT_GT(fs::file_size(svg), 1000u);
    EXPECT_GT(fs::file_size(png), 1000u);
}

TEST_F(CliPlan, WrongUseIsOneLine) {
    const struct {
        std::string arguments;
        const char *word;
    } cases[] = {
        {"plan", "CONFIG"},
        {"plan no.toml", "'no.toml'"},
        {"plan" + paper + "--imags 3", "--images"},
        {"plan" + paper + "--images 0", "--images"},
        {"plan" + paper + "--images 4095", "4095 images"},
        {"plan" + paper + "--plot a.jpg", ".svg nor .png"},
        {"plan" + paper + "--json /no/such/a.json", "/no/such"},
        {"plan" + paper + "--set schedule.floor=0.1 --set schedule.decay=none", "schedule.floor"},
        {"plan" + paper + "--set optimizer.skip=conv", "'conv'"},
        {"plan" + paper + "--set loss.mode=store", "loss.store_mib = 24"},
        {"plan" + paper + "more", "'more'"},
    };
    for (const auto &[arguments, word] : cases) {
        const CommandResult result = run_haliclr(arguments);
        EXPECT_EQ(result.exit_code, 2) << arguments;
        EXPECT_EQ(std::count(result.output.begin(), result.output.end(), '\n'), 1) << result.output;
        EXPECT_NE(result.output.find(word), std::string::npos) << result.output;
    }
}

} // namespace
