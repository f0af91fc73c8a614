// What stands beside measured numbers.
#include "bench/circumstances.h"

#include "tests/runtime/cuda_stand_in.h"

#include <gtest/gtest.h>

namespace haliclr::bench {
namespace {

TEST(BenchCircumstances, NameTheGpuItsCapabilityAndTheDriver) {
    runtime::CudaStandIn driver;
    driver.chips = {80, 90};
    const nlohmann::ordered_json json = gpu_circumstances(driver.table(), 1);
    EXPECT_EQ(json["gpu"], "chip 90");
    EXPECT_EQ(json["compute_capability"], "9.0");
    EXPECT_EQ(json["cuda_driver"], "13.0");
    driver.failing = {{"cuDeviceGetName", runtime::CuResult::invalid_value}};
    EXPECT_EQ(gpu_circumstances(driver.table(), 1)["gpu"], "");
}

TEST(BenchCircumstances, OfTheCpuHaveTheCommandAndNoGpu) {
    const nlohmann::ordered_json json = circumstances("haliclr bench", at::kCPU);
    EXPECT_EQ(json["command"], "haliclr bench");
    EXPECT_EQ(json["date"].get<std::string>().size(), 10u);
    EXPECT_FALSE(json["cpu"].get<std::string>().empty());
    EXPECT_FALSE(json.contains("gpu"));
}

} // namespace
} // namespace haliclr::bench
