// Loading, lookup and launch against a stand-in for the driver: no GPU is needed.
#include "runtime/binding/cuda_failure.h"
#include "runtime/binding/cuda_launch.h"
#include "runtime/binding/text_hash.h"
#include "tests/runtime/cuda_stand_in.h"

#include <HalideRuntime.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <thread>

namespace haliclr::runtime {
namespace {

const char ptx[] = "//\n.version 7.0\n.target sm_80\n";
const char other_ptx[] = "//\n.version 8.5\n.target sm_80\n";
const KernelText kernel{{ptx, sizeof ptx - 1}}, other{{other_ptx, sizeof other_ptx - 1}};
const unsigned char cubin80[] = "80", cubin86[] = "86", cubin90[] = "90", cubin100[] = "100",
                    rewritten[] = ".version 8.0";

DeviceImage image_of(int chip, const unsigned char *begin, std::string_view text = ptx) {
    return {"haliclr_unit_rows_cuda", text_hash(text), without_ending(text).size(), chip, begin, 3};
}

std::vector<DeviceImage> usual_images() {
    return {image_of(0, nullptr), image_of(80, cubin80), image_of(86, cubin86),
            image_of(90, cubin90), image_of(100, cubin100)};
}

class CudaModulesTest : public testing::Test {
protected:
    CudaStandIn driver;
    std::vector<DeviceImage> images = usual_images();
    CudaModules modules{driver.table(), images, ImageChoice::any};

    static CudaPlace on(int device) {
        driver_of().set_current_context(CudaStandIn::context_of(device));
        return {CudaStandIn::context_of(device), device, stream_of(device)};
    }
    static CuStream stream_of(int device) {
        return reinterpret_cast<CuStream>(static_cast<uintptr_t>(device) + 100);
    }
    static const CudaDriver &driver_of() { return CudaStandIn::table(); }

    void run(const KernelText &text, const CudaPlace &place, const char *entry = "f",
             LaunchShape shape = {{7, 2, 1}, {32, 4, 1}, 0}) {
        size_t sizes[] = {8, 4, 0};
        halide_buffer_t buffer{};
        buffer.device = 0xABCD;
        int number = 5;
        void *values[] = {&buffer, &number, nullptr};
        int8_t is_buffer[] = {1, 0, 0};
        modules.load(text, place);
        launch(driver.table(), modules, text, place, entry, shape, {sizes, values, is_buffer});
    }

    // The text of the failure; it must be one line.
    template <typename Work>
    static std::string failure_of(const Work &work) {
        try {
            work();
        } catch (const CudaFailure &failure) {
            EXPECT_EQ(std::string(failure.what()).find('\n'), std::string::npos);
            return failure.what();
        }
        return "no failure";
    }
};

void expect_parts(const std::string &text, const std::vector<std::string> &parts) {
    for (const std::string &part : parts) {
        EXPECT_NE(text.find(part), std::string::npos) << "'" << part << "' not in: " << text;
    }
}

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

TEST_F(CudaModulesTest, AsksForSharedMemoryAboveTheUsualOnce) {
    for (const int bytes : {48 << 10, 64 << 10, 50 << 10, 64 << 10, 80 << 10}) {
        run(kernel, on(0), "f", {{1, 1, 1}, {32, 1, 1}, bytes});
    }
    EXPECT_EQ(driver.allowed_shared_bytes, (std::vector<int>{64 << 10, 80 << 10}));
    EXPECT_EQ(driver.launches.back().shape.back(), 80u << 10);
    const std::string text = failure_of([&] {
        run(kernel, on(0), "f", {{1, 1, 1}, {32, 1, 1}, 100 << 10});
    });
    expect_parts(text, {"f on cuda:0", "102400 bytes", "has 101376", "tune"});
}

TEST_F(CudaModulesTest, LaunchesOnThePlacesStreamWithBuffersAsAddresses) {
    driver.chips = {80, 80};
    driver.reads_values = true;
    run(kernel, on(1));
    const CudaStandIn::Launch &found = driver.launches.at(0);
    EXPECT_EQ(found.context, CudaStandIn::context_of(1));
    EXPECT_EQ(found.stream, stream_of(1));
    EXPECT_EQ(found.shape, (std::vector<unsigned>{7, 2, 1, 32, 4, 1, 0}));
    EXPECT_EQ(found.values, (std::vector<uint64_t>{0xABCD, 5}));
}

TEST_F(CudaModulesTest, AGridWithoutBlocksIsNoLaunch) {
    run(kernel, on(0), "f", {{0, 3, 1}, {32, 1, 1}, 0});
    EXPECT_TRUE(driver.launches.empty());
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

TEST_F(CudaModulesTest, EveryFailureNamesTheCallTheKernelAndTheDevice) {
    const std::map<std::string, CuResult> calls{
        {"cuModuleLoadDataEx", CuResult::out_of_memory},
        {"cuModuleGetFunction", CuResult::not_found},
        {"cuFuncSetAttribute", CuResult::invalid_value},
        {"cuLaunchKernel", CuResult::launch_out_of_resources}};
    for (const auto &[call, result] : calls) {
        const CudaPlace place = on(0);
        CudaStandIn fresh;
        CudaModules own(fresh.table(), images, ImageChoice::any);
        fresh.failing = {{call, result}};
        size_t sizes[] = {0};
        const std::string text = failure_of([&] {
            own.load(kernel, place);
            launch(fresh.table(), own, kernel, place, "f", {{1, 1, 1}, {1024, 1, 1}, 60 << 10},
                   {sizes, nullptr, nullptr});
        });
        expect_parts(text, {call + " of ", result_name(fresh.table(), result), "cuda:0"});
        if (call != "cuFuncSetAttribute") {
            expect_parts(text, {"haliclr_unit_rows_cuda"});
        }
    }
}

TEST_F(CudaModulesTest, AFailedLoadIsTriedAgain) {
    driver.failing = {{"cuModuleLoadDataEx", CuResult::out_of_memory}};
    expect_parts(failure_of([&] { run(kernel, on(0)); }), {"CUDA_ERROR_OUT_OF_MEMORY"});
    EXPECT_EQ(driver.loads.size(), 1u); // a smaller image would not help
    driver.failing.clear();
    run(kernel, on(0));
    EXPECT_EQ(driver.launches.size(), 1u);
}

TEST_F(CudaModulesTest, SaysWhichDriverAndChipAreNeeded) {
    driver.version = 10020;
    driver.chips = {90};
    images = {image_of(0, nullptr)};
    CudaModules fresh(driver.table(), images, ImageChoice::any);
    driver.failing = {{"cuModuleLoadDataEx", CuResult::unsupported_ptx_version}};
    expect_parts(
        failure_of([&] { fresh.load(kernel, on(0)); }),
        {"CUDA_ERROR_UNSUPPORTED_PTX_VERSION", "for CUDA 10.2", "driver for CUDA 11.0 or newer"});
    expect_parts(failure_of([&] { fresh.load(other, on(0)); }), {"driver for CUDA 12.5 or newer"});
    driver.chips = {75};
    expect_parts(failure_of([&] { fresh.load(kernel, on(0)); }),
                 {"haliclr_unit_rows_cuda on cuda:0", "compute capability 7.5", "8.0 (Ampere)"});
}

TEST_F(CudaModulesTest, ShowsWhatTheDriversCompilerSays) {
    driver.chips = {120};
    driver.compiler_log = "ptxas fatal: no such thing\nmore";
    driver.failing = {{"cuModuleLoadDataEx", CuResult::invalid_ptx}};
    expect_parts(failure_of([&] { run(kernel, on(0)); }),
                 {"CUDA_ERROR_INVALID_PTX", "(ptxas fatal: no such thing)"});
}

TEST_F(CudaModulesTest, ALostDeviceSaysThatTheCheckpointIsGood) {
    driver.failing = {{"cuLaunchKernel", CuResult::illegal_address}};
    expect_parts(failure_of([&] { run(kernel, on(0)); }),
                 {"cuLaunchKernel of f (7 x 2 x 1 blocks", "CUDA_ERROR_ILLEGAL_ADDRESS",
                  "last checkpoint is good", "--resume"});
    EXPECT_TRUE(loses_device(CuResult::ecc_uncorrectable));
    EXPECT_FALSE(loses_device(CuResult::out_of_memory));
}

TEST_F(CudaModulesTest, AnUnknownCodeIsShownAsItsNumber) {
    driver.failing = {{"cuLaunchKernel", static_cast<CuResult>(12345)}};
    expect_parts(failure_of([&] { run(kernel, on(0)); }), {"CUDA error 12345"});
}

TEST_F(CudaModulesTest, ThreadsShareModulesAndFunctions) {
    driver.chips = {80, 80};
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([this, i] {
            for (int round = 0; round < 100; ++round) {
                run(kernel, on(i % 2), round % 3 == 0 ? "f" : "g");
                run(other, on((i + round) % 2));
            }
        });
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
    EXPECT_EQ(driver.loads.size(), 4u);
    EXPECT_EQ(driver.looked_up.size(), 6u);
    EXPECT_EQ(driver.launches.size(), 1600u);
    for (const CudaStandIn::Launch &launch : driver.launches) {
        const auto device = static_cast<int>(reinterpret_cast<uintptr_t>(launch.context)) - 1;
        ASSERT_EQ(launch.stream, stream_of(device));
    }
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
