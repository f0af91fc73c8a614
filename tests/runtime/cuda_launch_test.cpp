// Launches against a stand-in for the driver: what it is asked for, also by several threads.
#include "tests/runtime/cuda_modules_case.h"

#include <thread>

namespace haliclr::runtime {
namespace {

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

} // namespace
} // namespace haliclr::runtime
