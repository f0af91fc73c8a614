// The roofline of every device that this machine has, and the bytes that bounds count.
#include "bench/roofline.h"

#include "bench/stopwatch.h"
#include "bench/update_bytes.h"
#include "runtime/binding/cuda.h"
#include "runtime/binding/opencl.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <thread>

namespace haliclr::bench {
namespace {

// Wide limits: a device is neither slower than a pocket calculator nor faster than any yet built.
void expect_plausible(const Roofline &roofline) {
    EXPECT_GT(roofline.peak_gflops, 0.1);
    EXPECT_LT(roofline.peak_gflops, 1e6);
    EXPECT_GT(roofline.gigabytes_per_s, 0.1);
    EXPECT_LT(roofline.gigabytes_per_s, 1e5);
}

TEST(Roofline, OfTheOpenclDeviceIsPlausible) {
    if (!runtime::opencl_problem().empty()) {
        GTEST_SKIP() << runtime::opencl_problem();
    }
    setenv("HALICLR_BACKEND", "opencl", 1);
    const Roofline roofline = measure_roofline(at::kCPU);
    unsetenv("HALICLR_BACKEND");
    expect_plausible(roofline);
    EXPECT_FALSE(roofline.sgemm_gflops.has_value() || roofline.tf32_gflops.has_value());
}

TEST(RooflineCuda, IsPlausible) {
    if (!runtime::cuda_problem().empty()) {
        GTEST_SKIP() << runtime::cuda_problem();
    }
    const Roofline roofline = measure_roofline(at::Device(at::kCUDA, 0));
    expect_plausible(roofline);
    EXPECT_GT(roofline.sgemm_gflops.value_or(0), 0.1);
    // What the tensor cores are for.
    EXPECT_GT(roofline.tf32_gflops.value_or(0), roofline.peak_gflops);
    EXPECT_GT(roofline.bf16_gflops.value_or(0), roofline.tf32_gflops.value_or(0));
}

TEST(StopwatchCuda, TimesWorkThatIsNotWaitedFor) {
    if (!runtime::cuda_problem().empty()) {
        GTEST_SKIP() << runtime::cuda_problem();
    }
    const at::Device device(at::kCUDA, 0);
    const Stopwatch stopwatch(device);
    const at::Tensor a = at::rand({2048, 2048}, at::TensorOptions(device));
    const auto products = [&](int count) {
        return stopwatch.time([&] {
            for (int i = 0; i < count; ++i) {
                at::mm(a, a);
            }
        });
    };
    products(1);
    EXPECT_GT(products(32), products(1));
}

TEST(Stopwatch, TellsMilliseconds) {
    const double time = Stopwatch(at::kCPU).time(
        [] { std::this_thread::sleep_for(std::chrono::milliseconds(20)); });
    EXPECT_GE(time, 20);
    EXPECT_LT(time, 20000);
}

double bytes_of(const std::string &kind, const std::string &form, const std::string &denominator) {
    trainer::OptimizerConfig optimizer;
    optimizer.kind = kind;
    optimizer.form = form;
    optimizer.denominator = denominator;
    return update_bytes(optimizer);
}

TEST(UpdateBytes, CountWhatEachOptimizerReadsTwice) {
    EXPECT_EQ(bytes_of("lars", "simclr", "joint"), 28);
    EXPECT_EQ(bytes_of("lars", "simclr", "separate"), 24);
    EXPECT_EQ(bytes_of("lars", "larc", "joint"), 24);
    EXPECT_EQ(bytes_of("momentum", "simclr", "joint"), 24);
    EXPECT_EQ(bytes_of("sgd", "simclr", "joint"), 24);
    EXPECT_EQ(bytes_of("adamw", "simclr", "joint"), 32);
}

} // namespace
} // namespace haliclr::bench
