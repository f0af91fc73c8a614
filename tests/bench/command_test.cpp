// haliclr bench --launches and --config as a user runs them.
#include "tests/trainer/command.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>

namespace {

namespace fs = std::filesystem;

class BenchCommand : public testing::Test {
protected:
    fs::path folder;

    void SetUp() override {
        std::string name = testing::TempDir() + "haliclr-bench-XXXXXX";
        folder = mkdtemp(name.data());
    }
    void TearDown() override { fs::remove_all(folder); }

    std::string path(const char *name) const { return (folder / name).string(); }
};

class BenchLaunches : public BenchCommand {
protected:
    CommandResult run(const std::string &device) const {
        return run_haliclr("bench --launches --seconds 0.02 --threads 2 --device " + device +
                           " --json " + path("a.json"));
    }

    // Names of the rows, in their order.
    std::vector<std::string> rows() const {
        const auto json = nlohmann::json::parse(std::ifstream(folder / "a.json"));
        EXPECT_NE(json["measured"]["command"].get<std::string>().find("--launches"),
                  std::string::npos);
        std::vector<std::string> names;
        for (const auto &row : json["launches"]) {
            EXPECT_GT(row["median_us"].get<double>(), 0);
            EXPECT_LE(row["fastest_us"].get<double>(), row["slowest_us"].get<double>());
            names.push_back(row["name"]);
        }
        return names;
    }
};

TEST_F(BenchLaunches, OfTheCpuStandBesideHalidesOwn) {
    const CommandResult result = run("cpu");
    ASSERT_EQ(result.exit_code, 0) << result.output;
    EXPECT_EQ(rows(),
              (std::vector<std::string>{"compiled kernel", "compiled kernel, Halide's runtime",
                                        "operator unit_rows", "LibTorch's mul"}));
    EXPECT_NE(result.output.find("unit_rows, 8 rows of 128 columns"), std::string::npos);
}

TEST_F(BenchLaunches, OfOpenclReuseMemoryToo) {
    const CommandResult result = run("opencl");
    if (result.exit_code == 2 && result.output.find("--device opencl: ") != std::string::npos) {
        GTEST_SKIP() << result.output;
    }
    ASSERT_EQ(result.exit_code, 0) << result.output;
    EXPECT_EQ(rows().at(2), "compiled kernel, Halide's runtime, memory reused");
}

// On a GPU the kernels are loaded too, in fresh processes.
TEST_F(BenchLaunches, OfCudaNeedAGpuAndSaySo) {
    const CommandResult result = run("cuda");
    if (result.exit_code == 0) {
        EXPECT_NE(result.output.find("HALICLR_CUDA_IMAGES=ptx"), std::string::npos);
        return;
    }
    expect_error(result, 2, {"[device] cuda", "no GPU can be used"});
}

TEST_F(BenchLaunches, RefuseWhatTheyWouldNotHeed) {
    EXPECT_EQ(run_haliclr("bench --launches --operator views").exit_code, 2);
    EXPECT_EQ(run_haliclr("bench --launches --plot a.svg").exit_code, 2);
}

using BenchConfiguration = BenchCommand;

// Five images of a source that has no sixth, for a batch of eight.
TEST_F(BenchConfiguration, RepeatsTheImagesOfASmallSource) {
    const CommandResult result = run_haliclr(
        "bench --config " HALICLR_SOURCE_DIR "/configs/quickstart.toml --device cpu --threads 2"
        " --set data.source=synthetic:5 --set view.size=20 --set train.batch_size=8"
        " --set model.width=0.125 --set head.dim=24 --seconds 0.02 --json " +
        path("a.json"));
    ASSERT_EQ(result.exit_code, 0) << result.output;
    EXPECT_EQ(result.output.find("synthetic ones"), std::string::npos) << result.output;
    const auto json = nlohmann::json::parse(std::ifstream(folder / "a.json"));
    std::vector<std::string> names;
    for (const auto &row : json["rows"]) {
        names.push_back(row["operator"]);
        if (names.back() == "views") {
            EXPECT_GT(row["bound_ms"].get<double>(), 0) << row;
            EXPECT_NE(row["bound"].get<std::string>().find("flop"), std::string::npos) << row;
        }
    }
    EXPECT_EQ(names, (std::vector<std::string>{"views", "loss", "loss", "optimizer", "step"}));
}

} // namespace
