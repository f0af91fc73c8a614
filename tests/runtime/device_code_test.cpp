// The build's report of the CUDA kernels' resources, and its table of images.
#include "runtime/binding/text_hash.h"
#include "runtime/device_code/chip.h"
#include "runtime/device_code/image_table.h"
#include "runtime/device_code/launches.h"
#include "runtime/device_code/ptxas_output.h"
#include "runtime/device_code/resource_report.h"
#include "runtime/device_code/upper_bound.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

namespace haliclr::device_code {
namespace {

std::optional<int64_t> bound(std::string_view expression) {
    return upper_bound(expression, [](const std::string &name) {
        return name == "t1" ? "min(z.extent.0, 8)" : name == "loop" ? "loop + 1" : std::string();
    });
}

TEST(UpperBound, OfConstantsAndMinima) {
    EXPECT_EQ(bound("0 + (34*4)"), 136);
    EXPECT_EQ(bound("(32)*(t1)*(1)"), 256);
    EXPECT_EQ(bound("0 + ((t1*64)*4)"), 2048);
    EXPECT_EQ(bound("min(n, max(3, 5)) + 1"), 6);
    EXPECT_EQ(bound("(40 - 8)/4"), 8);
    EXPECT_EQ(bound("-3 + 5"), 2);
}

TEST(UpperBound, NothingWhereTheCallDecides) {
    for (const char *expression : {"n", "n*4", "max(n, 4)", "40 - t1", "64/t1", "loop", "f(3)",
                                   "(3", "3 4", "", "cast<int>(3)"}) {
        EXPECT_EQ(bound(expression), std::nullopt) << expression;
    }
}

constexpr const char *statement = R"(let t9 = n
let t9 = min(n, 4)
let r = halide_cuda_run(cuda[0], "_kernel_a", t9, 1, 1, 32, t9, 1, 0 + ((t9*64)*4), (void *)make_struct((int64)8))
let r$1 = halide_cuda_run(cuda[0], "_kernel_b", t9 + 1, f(1, 2), 1, n, 8, 1, 0, (void *)make_struct((int64)8))
)";

TEST(Launches, ThreadsAndSharedMemoryOfABlock) {
    const auto launches = launches_in(statement);
    ASSERT_EQ(launches.size(), 2u);
    EXPECT_EQ(launches[0].function, "_kernel_a");
    EXPECT_EQ(launches[0].threads, 128);
    EXPECT_EQ(launches[0].shared_bytes, 1024);
    EXPECT_EQ(launches[1].function, "_kernel_b");
    EXPECT_EQ(launches[1].threads, std::nullopt);
    EXPECT_EQ(launches[1].shared_bytes, 0);
}

std::string ptxas_text(int registers, int spilled) {
    return "ptxas info    : 0 bytes gmem\n"
           "ptxas info    : Compiling entry function '_kernel_b' for 'sm_80'\n"
           "ptxas info    : Function properties for _kernel_b\n"
           "    0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads\n"
           "ptxas info    : Used 12 registers, used 0 barriers, 392 bytes cmem[0]\n"
           "ptxas info    : Compiling entry function '_kernel_a' for 'sm_80'\n"
           "    32 bytes stack frame, " +
           std::to_string(spilled) + " bytes spill stores, 4 bytes spill loads\n" +
           "ptxas info    : Used " + std::to_string(registers) +
           " registers, used 1 barriers, 64 bytes smem, 384 bytes cmem[0]\n";
}

TEST(PtxasOutput, RegistersSpillsAndStack) {
    const auto functions = resources_in(ptxas_text(200, 12));
    ASSERT_EQ(functions.size(), 2u);
    EXPECT_EQ(functions[0].function, "_kernel_b");
    EXPECT_EQ(functions[0].registers, 12);
    EXPECT_EQ(functions[0].spill_bytes, 0);
    EXPECT_EQ(functions[1].registers, 200);
    EXPECT_EQ(functions[1].spill_bytes, 16);
    EXPECT_EQ(functions[1].stack_bytes, 32);
    EXPECT_EQ(functions[1].shared_bytes, 64);
}

// Values of cudaOccMaxActiveBlocksPerMultiprocessor in cuda_occupancy.h of CUDA 13.0.
TEST(Chip, BlocksOfAMultiprocessor) {
    const Chip &a100 = chip_of(80), &ada = chip_of(89), &h100 = chip_of(90);
    EXPECT_EQ(resident_blocks(a100, {256, 32, 0}), 8);        // threads
    EXPECT_EQ(resident_blocks(a100, {32, 16, 0}), 32);        // blocks
    EXPECT_EQ(resident_blocks(a100, {256, 96, 0}), 2);        // registers
    EXPECT_EQ(resident_blocks(a100, {64, 71, 0}), 14);        // registers, by quarters
    EXPECT_EQ(resident_blocks(a100, {256, 32, 48 << 10}), 3); // shared memory
    EXPECT_EQ(resident_blocks(h100, {256, 32, 100 << 10}), 2);
    EXPECT_EQ(resident_blocks(ada, {256, 32, 100 << 10}), 0); // more than a block may have
    EXPECT_EQ(resident_blocks(a100, {1024, 72, 0}), 0);       // more registers than there are
    EXPECT_EQ(resident_blocks(a100, {1025, 16, 0}), 0);
    EXPECT_EQ(chip_of(91).number, 90);
    EXPECT_EQ(chip_of(130).number, 80);
}

// A kernel whose files lie in a folder of the test's own.
class DeviceCode : public testing::Test {
protected:
    const std::string folder =
        (std::filesystem::temp_directory_path() / ("device_code_" + std::to_string(getpid())))
            .string() +
        "/";

    void SetUp() override {
        std::filesystem::create_directory(folder);
        write_file(folder + "k.device_code", ".version 7.0\n\n");
        write_file(folder + "k.stmt", statement);
        write_file(folder + "k.cubin", "cubin");
        set_registers(40, 0);
    }
    void TearDown() override { std::filesystem::remove_all(folder); }

    void set_registers(int registers, int spilled) {
        std::string text = ptxas_text(registers, spilled);
        if (spilled == 0) {
            text.replace(text.find("4 bytes spill loads"), 1, "0");
        }
        write_file(folder + "k.txt", text);
    }

    std::vector<Kernel> kernels() const {
        write_file(folder + "manifest", "kernel k " + folder + "k.device_code " + folder +
                                            "k.device_code " + folder + "k.stmt\nimage 80 " +
                                            folder + "k.cubin " + folder + "k.txt\n");
        return read_manifest(folder + "manifest");
    }
};

TEST_F(DeviceCode, ReportJoinsLaunchesAndRegisters) {
    const auto functions = examine(kernels());
    ASSERT_EQ(functions.size(), 2u);
    const Use &use = functions[0].uses.at(0);
    EXPECT_EQ(functions[0].threads, 128);
    EXPECT_EQ(use.registers, 40);
    EXPECT_EQ(use.shared_bytes, 1024 + 64);
    EXPECT_EQ(use.warps, 48); // 12 blocks by registers
    EXPECT_EQ(functions[1].uses.at(0).warps, std::nullopt);
    EXPECT_TRUE(faults_of(functions, false).empty());
    const std::string text = as_text(functions), json = as_json(functions);
    EXPECT_NE(text.find("128 threads   1024 bytes  sm_80 40 48/64"), std::string::npos) << text;
    EXPECT_NE(text.find("- threads      0 bytes  sm_80 12 -/64"), std::string::npos) << text;
    EXPECT_NE(json.find("\"threads\": null"), std::string::npos) << json;
}

TEST_F(DeviceCode, SpillsAreFaultsUnlessAllowed) {
    set_registers(255, 12);
    const auto functions = examine(kernels());
    const auto faults = faults_of(functions, false);
    ASSERT_EQ(faults.size(), 1u);
    EXPECT_NE(faults[0].find("k: _kernel_a for sm_80: 16 bytes spilled"), std::string::npos);
    EXPECT_TRUE(faults_of(functions, true).empty());
    EXPECT_NE(as_text(functions).find("255+16"), std::string::npos);
}

TEST_F(DeviceCode, ABlockThatFitsNowhereIsAFault) {
    write_file(folder + "k.stmt",
               "halide_cuda_run(s, \"_kernel_a\", 1, 1, 1, 32, 1, 1, 170000, x)\n");
    const auto faults = faults_of(examine(kernels()), true);
    ASSERT_EQ(faults.size(), 1u);
    EXPECT_NE(faults[0].find("no block fits: 32 threads of 40 registers, 170064 bytes"),
              std::string::npos)
        << faults[0];
}

TEST_F(DeviceCode, TableNamesTheEmbeddedTextByItsHash) {
    std::vector<Kernel> listed = kernels();
    const std::string hash = std::to_string(runtime::text_hash(".version 7.0"));
    std::string table = image_table(listed);
    EXPECT_NE(table.find("{\"k\", " + hash + "u, 12, 0, nullptr, 0}"), std::string::npos) << table;
    EXPECT_NE(table.find("{\"k\", " + hash + "u, 12, 80, haliclr_device_image_0, 5}"),
              std::string::npos)
        << table;
    // PTX made from the embedded text is an image of its own, found by the same hash.
    write_file(folder + "k.ptx", ".version 8.0\n");
    listed[0].ptx = folder + "k.ptx";
    table = image_table(listed);
    EXPECT_NE(table.find("{\"k\", " + hash + "u, 12, 0, haliclr_device_image_0, 13}"),
              std::string::npos)
        << table;
}

TEST_F(DeviceCode, ManifestsAndFilesThatAreMissing) {
    write_file(folder + "bad", "kernel k\n");
    EXPECT_THROW(read_manifest(folder + "bad"), std::runtime_error);
    EXPECT_THROW(read_manifest(folder + "none"), std::runtime_error);
    write_file(folder + "empty", ""); // of a build without CUDA kernels
    EXPECT_TRUE(read_manifest(folder + "empty").empty());
    write_file(folder + "bad", "cubin k\n");
    EXPECT_THROW(read_manifest(folder + "bad"), std::runtime_error);
    EXPECT_THROW(read_manifest(folder + "none"), std::runtime_error);
    std::filesystem::remove(folder + "k.txt");
    EXPECT_THROW(examine(kernels()), std::runtime_error);
}

} // namespace
} // namespace haliclr::device_code
