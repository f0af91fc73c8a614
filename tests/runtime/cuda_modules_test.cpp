// Loading and lookup against a stand-in for the driver: no GPU is needed.
#include "tests/runtime/cuda_modules_case.h"

#include <cstdlib>

namespace haliclr::runtime {
namespace {

TEST_F(CudaModulesTest, LoadsAKernelOnceInAContext) {
    driver.chips = {80, 90};
    for (int round = 0; round < 3; ++round) {
        run(kernel, on(0));
        run(other, on(0));
        run(kernel, on(1));
    }
    ASSERT_EQ(driver.loads.size(), 3u);
    EXPECT_EQ(driver.loads[0].context, CudaStandIn::context_of(0));
    EXPECT_EQ(driver.loads[0].image, cubin80);
    EXPECT_EQ(driver.loads[1].image, other_ptx); // without images of its own
    EXPECT_EQ(driver.loads[2].context, CudaStandIn::context_of(1));
    EXPECT_EQ(driver.loads[2].image, cubin90);
    EXPECT_EQ(driver.launches.size(), 9u);
}

TEST_F(CudaModulesTest, LooksAFunctionUpOnceInAContext) {
    driver.chips = {80, 80};
    const std::string copy = "f"; // the same name at another address
    for (const char *entry : {"f", "g", "f", copy.c_str()}) {
        run(kernel, on(0), entry);
    }
    run(kernel, on(1));
    EXPECT_EQ(driver.looked_up, (std::vector<std::string>{"f", "g", "f"}));
}

TEST_F(CudaModulesTest, PicksTheNewestImageOfTheSameMajorNumber) {
    const std::vector<std::pair<int, const void *>> expected{
        {80, cubin80}, {86, cubin86},   {87, cubin86},   {89, cubin86},
        {90, cubin90}, {100, cubin100}, {103, cubin100}, {120, ptx}};
    for (const auto &[chip, image] : expected) {
        driver.chips = {chip};
        CudaModules fresh(driver.table(), images, ImageChoice::any);
        fresh.load(kernel, on(0));
        EXPECT_EQ(driver.loads.back().image, image) << chip;
    }
}

TEST_F(CudaModulesTest, AReplacedTextIsNeverLoadedItself) {
    images = {image_of(0, rewritten), image_of(80, cubin80)};
    driver.chips = {80, 90};
    CudaModules fresh(driver.table(), images, ImageChoice::any);
    fresh.load(kernel, on(0));
    fresh.load(kernel, on(1));
    EXPECT_EQ(driver.loads.at(0).image, cubin80);
    EXPECT_EQ(driver.loads.at(1).image, rewritten);
}

TEST_F(CudaModulesTest, AnImageThatTheDriverRejectsFallsBackToTheNext) {
    driver.chips = {86};
    driver.failing_image = {{cubin86, CuResult::no_binary_for_gpu},
                            {cubin80, CuResult::invalid_image}};
    run(kernel, on(0));
    ASSERT_EQ(driver.loads.size(), 3u);
    EXPECT_EQ(driver.loads[1].image, cubin80);
    EXPECT_EQ(driver.loads[2].image, ptx);
    EXPECT_EQ(driver.launches.size(), 1u);
}

TEST_F(CudaModulesTest, PtxAloneWithoutALimitOnRegistersUnlessAsked) {
    CudaModules alone(driver.table(), images, image_choice("ptx"));
    alone.load(kernel, on(0));
    EXPECT_EQ(driver.loads.back().image, ptx);
    const auto limits = [&] {
        const auto &options = driver.loads.back().options;
        return std::count(options.begin(), options.end(), CuJitOption::max_registers);
    };
    EXPECT_EQ(limits(), 0);
    setenv("HL_CUDA_JIT_MAX_REGISTERS", "128", 1);
    CudaModules limited(driver.table(), images, ImageChoice::ptx);
    limited.load(kernel, on(0));
    unsetenv("HL_CUDA_JIT_MAX_REGISTERS");
    EXPECT_EQ(limits(), 1);
    EXPECT_THROW(image_choice("cubins"), std::invalid_argument);
}

TEST_F(CudaModulesTest, LoadingIsLegalDuringACapture) {
    run(kernel, on(0));
    EXPECT_EQ(driver.loads.at(0).capture, CuCaptureMode::relaxed);
    CuCaptureMode mode = CuCaptureMode::relaxed;
    driver.table().exchange_capture_mode(&mode);
    EXPECT_EQ(mode, CuCaptureMode::global); // as it was before
    driver.table().exchange_capture_mode(&mode);
}

TEST(TextHash, IgnoresWhatStandsBehindTheLastLine) {
    const std::string_view embedded("a\nb\n\0", 5);
    EXPECT_EQ(text_hash("a\nb\n\n"), text_hash(embedded));
    EXPECT_NE(text_hash("a\nb"), text_hash("a\nc"));
    EXPECT_EQ(without_ending(embedded), "a\nb");
    EXPECT_EQ(text_hash(""), 0xcbf29ce484222325u);  // the published offset
    EXPECT_EQ(text_hash("a"), 0xaf63dc4c8601ec8cu); // and its published value of "a"
}

TEST(CudaDriver, OfThisMachineStarts) {
    const CudaDriver *driver = cuda_driver();
    if (driver == nullptr) {
        GTEST_SKIP() << cuda_driver_problem();
    }
    int version = 0;
    ASSERT_EQ(driver->driver_version(&version), CuResult::success);
    EXPECT_GE(version, 11000);
    EXPECT_EQ(result_name(*driver, CuResult::out_of_memory), "CUDA_ERROR_OUT_OF_MEMORY");
    EXPECT_GT(chip_of_device(*driver, 0), 0);
}

} // namespace
} // namespace haliclr::runtime
