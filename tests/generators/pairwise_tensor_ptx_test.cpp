// The kernels of NT-Xent on tensor cores as the build makes them: PTX from Halide, instructions
// from the pass, and what the assembler says of registers.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include "generators/ptx/device_text.h"
#include "schedules/pairwise_tensor.h"
#include "tests/dsl/pairwise_tensor_case.h"

namespace haliclr {
namespace {

namespace fs = std::filesystem;
using dsl::TensorType;
using Halide::OutputFileType;
using Halide::Target;

std::string contents(const fs::path &file) {
    std::ostringstream text;
    text << std::ifstream(file, std::ios::binary).rdbuf();
    return text.str();
}

// Every match of the pattern's first group.
std::vector<std::string> all_of(const std::string &text, const char *pattern) {
    const std::regex regex(pattern);
    return {std::sregex_token_iterator(text.begin(), text.end(), regex, 1), {}};
}

class TensorPtx : public testing::TestWithParam<const char *> {
protected:
    fs::path folder;
    TensorType type = std::string(GetParam()) == "tf32" ? TensorType::tf32 : TensorType::bf16;
    std::vector<std::string> names{"forward", "backward"};

    void SetUp() override {
        std::string name = testing::TempDir() + "haliclr-tensor-XXXXXX";
        folder = mkdtemp(name.data());
        TensorPasses passes(type, schedules::PairwiseTensor{}.block_rows, dsl::Lanes::device);
        schedules::pairwise_tensor_forward(passes.forward, {});
        schedules::pairwise_tensor_backward(passes.backward, {});
        const Target target("x86-64-linux-cuda-cuda_capability_80-no_runtime");
        Halide::Pipeline *pipelines[] = {&passes.ahead, &passes.back};
        for (size_t k = 0; k < names.size(); ++k) {
            const std::string base = (folder / names[k]).string();
            pipelines[k]->compile_to({{OutputFileType::device_code, base + ".device_code"},
                                      {OutputFileType::stmt, base + ".stmt"}},
                                     pipelines[k]->infer_arguments(), names[k], target);
            const std::string text = contents(base + ".device_code");
            std::ofstream(base + ".ptx", std::ios::binary)
                << ptx::device_text({text, base}, false);
        }
    }
    void TearDown() override { fs::remove_all(folder); }

    std::string read(const std::string &name) const { return contents(folder / name); }
};

TEST_P(TensorPtx, ProductsAndExponentialsAreInstructions) {
    const char *product = type == TensorType::tf32
                              ? "(mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32)"
                              : "(mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32)";
    for (const std::string &name : names) {
        const std::string text = read(name + ".ptx");
        EXPECT_FALSE(all_of(text, product).empty()) << name;
        EXPECT_FALSE(all_of(text, "(ex2.approx.ftz.f32)").empty()) << name;
        EXPECT_TRUE(all_of(text, "(haliclr_\\w+)").empty()) << name;
    }
}

// Only where dimension x has 32 threads are the lanes of a warp those that the fragments mean.
TEST_P(TensorPtx, WarpsAreRowsOfTheBlockOfThreads) {
    for (const std::string &name : names) {
        int launches = 0;
        const std::string text = read(name + ".ptx"), host = read(name + ".stmt");
        for (size_t at = text.find(".visible .entry "); at != text.npos;) {
            const size_t next = text.find(".visible .entry ", at + 1);
            const std::string kernel = text.substr(at, next - at);
            at = next;
            if (kernel.find("mma.sync") == kernel.npos) {
                continue;
            }
            const std::string entry = all_of(kernel, "^.visible .entry (\\w+)")[0];
            const std::string launch =
                "\"" + entry + "\", [^,]+, [^,]+, [^,]+, (\\d+, \\d+, \\d+),";
            for (const std::string &threads : all_of(host, launch.c_str())) {
                EXPECT_EQ(threads, "32, 2, 2") << entry;
                ++launches;
            }
        }
        EXPECT_GE(launches, 2) << name;
    }
}

TEST_P(TensorPtx, AssemblesWithoutSpills) {
    const std::string assembler = HALICLR_PTXAS_FILE;
    if (!fs::exists(assembler)) {
        GTEST_SKIP() << "no ptxas";
    }
    for (const std::string &name : names) {
        for (const std::string chip : {"80", "90"}) {
            const std::string base = (folder / name).string();
            const std::string line = "'" + assembler + "' -v -arch=sm_" + chip + " -o '" + base +
                                     ".cubin' '" + base + ".ptx' > '" + base + ".txt' 2>&1";
            ASSERT_EQ(std::system(line.c_str()), 0) << read(name + ".txt");
            const auto spills = all_of(read(name + ".txt"), "(\\d+) bytes spill stores");
            EXPECT_FALSE(spills.empty()) << name;
            for (const std::string &bytes : spills) {
                EXPECT_EQ(bytes, "0") << name << " sm_" << chip;
            }
        }
    }
}

INSTANTIATE_TEST_SUITE_P(, TensorPtx, testing::Values("tf32", "bf16"));

} // namespace
} // namespace haliclr
