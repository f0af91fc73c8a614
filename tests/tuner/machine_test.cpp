// What the tuner finds out about the machine, and the OpenCL device that it makes Halide take.
#include "tuner/machine.h"

#include "machine/opencl_devices.h"
#include "tuner/errors.h"

#include <Halide.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

namespace haliclr::tuner {
namespace {

TEST(TunerMachine, TheCpuRunsOneOfTheBuildsTargets) {
    const Machine machine = find_machine("cpu", 3);
    EXPECT_EQ(machine.threads, 3);
    EXPECT_EQ(Halide::Target(machine.target).arch, Halide::get_host_target().arch);
    EXPECT_GE(machine.lanes, 4);
}

// Each case is a process of its own: Halide reads its variables once.
TEST(TunerMachine, HalideRunsOnTheNamedOpenclDevice) {
    const OpenclChoice choice = choose_opencl_device();
    if (!choice.device) {
        GTEST_SKIP() << choice.problem;
    }
    setenv(opencl_device_variable, choice.device->name.substr(1).c_str(), 1);
    const Machine machine = find_machine("opencl", 1);
    EXPECT_EQ(machine.device, choice.device->name);
    EXPECT_EQ(machine.block_threads, choice.device->group_size);
    EXPECT_EQ(machine.shared_bytes, choice.device->local_bytes);
    EXPECT_EQ(std::getenv("HL_OCL_PLATFORM_NAME"), choice.device->platform);
    EXPECT_EQ(std::getenv("HL_GPU_DEVICE"), std::to_string(choice.device->index));
    Halide::Func twice("twice");
    Halide::Var x("x"), block("block"), thread("thread");
    twice(x) = 2 * x;
    twice.gpu_tile(x, block, thread, 16);
    Halide::Buffer<int> result = twice.realize({64}, Halide::Target(machine.target));
    result.copy_to_host();
    EXPECT_EQ(result(63), 126);
}

TEST(TunerMachine, AnUnknownOpenclDeviceIsAUsageError) {
    setenv(opencl_device_variable, "no such thing", 1);
    try {
        find_machine("opencl", 1);
        FAIL() << "found a device that is not there";
    } catch (const UsageError &error) {
        EXPECT_EQ(std::string(error.what()).find("--device opencl: "), 0u) << error.what();
    }
}

} // namespace
} // namespace haliclr::tuner
