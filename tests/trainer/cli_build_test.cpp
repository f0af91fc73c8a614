// haliclr build: a small configuration from the command to a trained step, and what is refused.
#include "command.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace {

namespace fs = std::filesystem;

const std::string small_run =
    " --set data.source=synthetic:64 --set view.size=20 --set train.batch_size=16"
    " --set model.width=0.125 --set head.dim=24 --set train.device=cpu";
const std::string quickstart = HALICLR_SOURCE_DIR "/configs/quickstart.toml";

std::string text_of(const fs::path &file) {
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
}

// The losses of a run's steps.
std::vector<double> losses(const fs::path &run) {
    std::vector<double> values;
    std::ifstream stream(run / "metrics.jsonl");
    for (std::string line; std::getline(stream, line);) {
        values.push_back(nlohmann::json::parse(line).at("loss"));
    }
    return values;
}

class CliBuild : public testing::Test {
protected:
    void SetUp() override {
        std::string name = testing::TempDir() + "haliclr-build-XXXXXX";
        folder = mkdtemp(name.data());
    }
    void TearDown() override { fs::remove_all(folder); }

    static void expect_refused(const CommandResult &result, const std::vector<std::string> &words) {
        expect_error(result, 2, words);
    }

    std::string path(const std::string &name) const { return (folder / name).string(); }

    fs::path folder;
};

TEST_F(CliBuild, RefusesWhatCannotBeBuilt) {
    expect_refused(run_haliclr("build --config " + path("none.toml") + " --out " + path("a")),
                   {"none.toml"});
    const std::string build = "build --config " + quickstart + " --out ";
    expect_refused(run_haliclr(build + path("a") + " --device abacus"), {"abacus"});
    const CommandResult crip = run_haliclr(build + path("a") + " --set view.recipe=crip");
    EXPECT_EQ(crip.exit_code, 2); // with a caret below the text
    EXPECT_NE(crip.output.find("did you mean 'crop'"), std::string::npos) << crip.output;
    expect_refused(run_haliclr(build + path("a") + " --set view.sise=3"), {"view.size"});
    std::ofstream(folder / "file") << "precious";
    expect_refused(run_haliclr(build + path("file")), {"is a file"});
    expect_refused(run_haliclr(build + folder.string()), {"not empty"});
    EXPECT_FALSE(fs::exists(folder / "a"));
    EXPECT_EQ(text_of(folder / "file"), "precious");
}

TEST_F(CliBuild, MakesABinaryThatTrainsTheSameAndRefusesOtherShapes) {
    const CommandResult built =
        run_haliclr("build --config " + quickstart + small_run + " --out " + path("special") +
                    " --runs 1 --seconds 0.2 --json " + path("report.json"));
    ASSERT_EQ(built.exit_code, 0) << built.output;
    const auto report = nlohmann::json::parse(text_of(folder / "report.json"));
    EXPECT_LT(report["bytes"]["specialized"], report["bytes"]["generic"]);
    for (const auto &part : report["parts"]) {
        EXPECT_LE(part["difference"], 1e-4) << part;
    }
    EXPECT_EQ(report["parts"].size(), 4u);

    // As the shell would run it in place of the generic one.
    const auto special = [&](const std::string &arguments) {
        return run_command((folder / "special" / "haliclr").string(), arguments);
    };
    const std::string steps = " --set train.max_steps=3 --out ";
    const std::string config = "pretrain --config " + quickstart + small_run;
    ASSERT_EQ(run_haliclr(config + steps + path("generic_run")).exit_code, 0);
    const CommandResult trained = special(config + steps + path("special_run"));
    ASSERT_EQ(trained.exit_code, 0) << trained.output;
    const auto expected = losses(folder / "generic_run"), found = losses(folder / "special_run");
    ASSERT_EQ(expected.size(), 3u);
    ASSERT_EQ(found.size(), 3u);
    for (size_t i = 0; i < 3; ++i) {
        EXPECT_NEAR(found[i], expected[i], 1e-3 * expected[i]) << "step " << i + 1;
    }
    expect_refused(special(config + " --set view.size=21" + steps + path("b")),
                   {"view.size = 20, not 21"});
    expect_refused(special(config + " --set train.batch_size=8" + steps + path("b")),
                   {"train.batch_size = 16, not 8"});
    expect_refused(
        special(config + " --set 'view.recipe=crop(0.2, 1) | grey' " + steps + path("b")),
        {"view.recipe"});
    expect_refused(special(config + " --set loss.kind=margin_triplet" + steps + path("b")),
                   {"loss.kind = ntxent"});
    const std::string other_images = "fashion-mnist"; // of 28x28
    expect_refused(special(config + " --set data.source=" + other_images + steps + path("b")),
                   {"image size = 32x32, not 28x28"});
    expect_refused(special("preview --recipe 'crop(0.2, 1) | flip | jitter(0.4, 0.4, 0.4, 0.1)' "
                           "--data " +
                           other_images + " --out " + path("b")),
                   {"image size = 32x32", "28x28"});
    expect_refused(special("build --config " + quickstart + " --out " + path("b")),
                   {"specialized itself"});
    EXPECT_FALSE(fs::exists(folder / "b"));

    const CommandResult doctor = special("doctor");
    EXPECT_NE(doctor.output.find("view.size         20"), std::string::npos) << doctor.output;
    const CommandResult eval = special("eval knn --baselines --checkpoint " + path("special_run"));
    EXPECT_EQ(eval.exit_code, 0) << eval.output;
    // A kernel that was left out says so.
    const CommandResult bench = special("bench --operator ntxent --seconds 0.1");
    EXPECT_NE(bench.exit_code, 0);
    EXPECT_NE(bench.output.find("haliclr: "), std::string::npos) << bench.output;
}

} // namespace
