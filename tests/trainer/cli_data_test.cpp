// What the built command says about data, checkpoints and pictures: one line and an exit code.
#include "command.h"
#include "data_case.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace haliclr::trainer {
namespace {

class CliData : public DataCase {
protected:
    // One line with every text, and the exit code.
    void expect_refused(const std::string &arguments, int exit_code,
                        const std::vector<std::string> &texts) const {
        SCOPED_TRACE(arguments);
        expect_error(run_haliclr(arguments), exit_code, texts);
    }
    std::string preview(const std::string &rest) const {
        return "preview --out " + (folder / "p.png").string() + " " + rest;
    }
    bool picture_written() const { return std::filesystem::exists(folder / "p.png"); }
};

TEST_F(CliData, BadSpecsAreUsageErrors) {
    expect_refused(preview("--data fashion-mnits"), 2, {"did you mean 'fashion-mnist'"});
    expect_refused(preview("--data synthetic:0"), 2, {"synthetic:1000"});
    expect_refused(preview("--data cifar10"), 2, {"cifar10:DIR"});
    expect_refused(preview(""), 2, {"--data"});
    EXPECT_FALSE(picture_written());
}

TEST_F(CliData, BadFilesAreDataErrors) {
    const std::string dir = folder.string();
    expect_refused(preview("--data fashion-mnist:" + dir), 3,
                   {"train-images-idx3-ubyte.gz", "dataset-fashion-mnist"});
    write("train-images-idx3-ubyte.gz", "not a data file");
    expect_refused(preview("--data fashion-mnist:" + dir), 3, {"starts with 6e6f7420"});
    write("data_batch_1.bin", std::string(100, 'x'));
    expect_refused(preview("--data cifar10:" + dir), 3, {"100 bytes", "3073"});
    expect_refused(preview("--data cifar100:" + dir), 3, {"train.bin", "not found"});
    expect_refused("pretrain --data cifar10:" + dir + " --out " + dir + "/run", 3, {"100 bytes"});
    EXPECT_FALSE(picture_written());
    EXPECT_FALSE(std::filesystem::exists(folder / "run"));
}

TEST_F(CliData, BadRecipesAreUsageErrors) {
    expect_refused(preview("--data synthetic:4 --recipe 'blur(1, 2) | flip'"), 2,
                   {"-DHALICLR_RECIPES=\"blur(1, 2) | flip\""});
    const CommandResult flop = run_haliclr(preview("--data synthetic:4 --recipe 'grey | flop'"));
    EXPECT_EQ(flop.exit_code, 2);
    EXPECT_TRUE(flop.output.ends_with("\n    grey | flop\n           ^\n")) << flop.output;
    EXPECT_FALSE(picture_written());
}

TEST_F(CliData, BadCheckpointsAreOneLine) {
    const std::string none = (folder / "none").string();
    expect_refused("eval knn --data synthetic:20 --checkpoint " + none, 2, {"none"});
    expect_refused("eval all --data synthetic:20 --checkpoint " + folder.string(), 2,
                   {folder.string()});
    const auto foreign = write("foreign.safetensors", std::string(64, 'z'));
    const CommandResult result =
        run_haliclr("eval linear --data synthetic:20 --checkpoint " + foreign.string());
    EXPECT_TRUE(result.exit_code == 2 || result.exit_code == 3) << result.output;
    EXPECT_NE(result.output.find("foreign.safetensors"), std::string::npos) << result.output;
}

TEST_F(CliData, UnknownEvaluationIsAUsageError) {
    EXPECT_EQ(run_haliclr("eval finetune --checkpoint x").exit_code, 2);
    EXPECT_EQ(run_haliclr("eval").exit_code, 2);
}

TEST_F(CliData, UnwritablePlacesAreFoundFirst) {
    expect_refused("preview --data synthetic:4 --out " + (folder / "no/p.png").string(), 2,
                   {"does not exist"});
    expect_refused("doctor --json " + folder.string(), 2, {"it is a folder"});
}

TEST_F(CliData, PreviewWritesAPictureAndExplains) {
    const CommandResult result = run_haliclr(preview("--data synthetic:3 --size 16 --explain"));
    EXPECT_EQ(result.exit_code, 0) << result.output;
    EXPECT_TRUE(picture_written());
    EXPECT_NE(result.output.find("crop_width"), std::string::npos);
    EXPECT_EQ(std::count(result.output.begin(), result.output.end(), '\n'), 1 + 1 + 6);
}

TEST_F(CliData, DoctorNamesEveryOperator) {
    const std::string file = (folder / "doctor.json").string();
    const CommandResult result = run_haliclr("doctor --json " + file);
    EXPECT_EQ(result.exit_code, 0) << result.output;
    std::ifstream stream(file);
    const auto json = nlohmann::json::parse(stream);
    EXPECT_EQ(json["devices"][0], "cpu");
    EXPECT_GT(json["threads"].get<int>(), 0);
    ASSERT_GT(json["operators"].size(), 0u);
    for (const auto &info : json["operators"]) {
        EXPECT_NE(result.output.find(info["reason"].get<std::string>()), std::string::npos);
    }
}

// Trains for one step, so that there is a checkpoint, then evaluates it in every way.
TEST_F(CliData, EvaluationPrintsTheTableAndTheJson) {
    const std::string run = (folder / "run").string();
    const CommandResult trained = run_haliclr(
        "pretrain --data synthetic:40 --batch-size 20 --epochs 1 --set model.arch=resnet8 --set "
        "model.width=0.125 --set view.size=16 --set head.dim=8 --set train.device=cpu --set "
        "schedule.warmup_epochs=0 --out " +
        run);
    ASSERT_EQ(trained.exit_code, 0) << trained.output;
    const std::string file = run + "/eval.json";
    const CommandResult result =
        run_haliclr("eval all --baselines --limit 30 --checkpoint " + run + " --json " + file);
    ASSERT_EQ(result.exit_code, 0) << result.output;
    std::ifstream stream(file);
    const auto json = nlohmann::json::parse(stream);
    ASSERT_EQ(json["rows"].size(), 3u);
    const std::vector<std::string> names{"raw", "untrained", "trained"};
    size_t at = 0;
    for (size_t i = 0; i < 3; i++) {
        const auto &row = json["rows"][i];
        EXPECT_EQ(row["features"], names[i]);
        EXPECT_TRUE(row["knn"] >= 0 && row["knn"] <= 100 && row["linear"] >= 0 &&
                    row["linear"] <= 100);
        at = result.output.find("\n" + row["features"].get<std::string>(), at);
        EXPECT_NE(at, std::string::npos) << result.output;
    }
    const CommandResult again = run_haliclr("eval knn --limit 30 --checkpoint " + run);
    EXPECT_EQ(again.exit_code, 0) << again.output;
    EXPECT_EQ(again.output.find("linear"), std::string::npos) << again.output;
}

} // namespace
} // namespace haliclr::trainer
