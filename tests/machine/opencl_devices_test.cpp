// The choice of an OpenCL device: over made-up lists, and over what this machine has.
#include "machine/opencl_devices.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace haliclr {
namespace {

const std::vector<OpenclDevice> three{{"Iris Xe", "Intel(R) OpenCL", 0, 96},
                                      {"Arc A770", "Intel(R) OpenCL", 1, 512},
                                      {"gfx1100", "AMD Accelerated Parallel Processing", 0, 600}};

std::string chosen_name(const std::string &wanted) {
    const OpenclChoice choice = choose_opencl_device(three, wanted);
    return choice.device ? choice.device->name : choice.problem;
}

TEST(OpenclDevices, TheLargestOfTheFirstPlatformWithoutAWish) {
    EXPECT_EQ(chosen_name(""), "Arc A770");
}

TEST(OpenclDevices, PartOfANameInAnyCase) {
    EXPECT_EQ(chosen_name("iris"), "Iris Xe");
    EXPECT_EQ(chosen_name("GFX11"), "gfx1100");
    EXPECT_EQ(chosen_name("amd"), "gfx1100"); // by its platform
    EXPECT_EQ(choose_opencl_device(three, "Arc").device->index, 1);
}

TEST(OpenclDevices, AnUnknownNameListsThoseThatThereAre) {
    const std::string text = chosen_name("H200");
    for (const char *part : {"HALICLR_OPENCL_DEVICE=H200: no such device",
                             "Iris Xe (Intel(R) OpenCL)", "Arc A770", "gfx1100", "unset it"}) {
        EXPECT_NE(text.find(part), std::string::npos) << text;
    }
    EXPECT_NE(choose_opencl_device({}, "H200").problem.find("install a driver"), std::string::npos);
}

TEST(OpenclDevices, HalideIsToldNoMoreThanItsOwnVariablesLeave) {
    unsetenv(opencl_device_variable);
    unsetenv("HL_OCL_PLATFORM_NAME");
    EXPECT_EQ(selection_of(three[1]).platform, "Intel(R) OpenCL");
    EXPECT_FALSE(selection_of(three[1]).index);
    setenv("HL_OCL_PLATFORM_NAME", "AMD", 1);
    EXPECT_FALSE(selection_of(three[1]).platform);
    setenv(opencl_device_variable, "arc", 1);
    EXPECT_EQ(selection_of(three[1]).platform, "Intel(R) OpenCL");
    EXPECT_EQ(selection_of(three[1]).index, 1);
    unsetenv(opencl_device_variable);
    unsetenv("HL_OCL_PLATFORM_NAME");
}

TEST(OpenclDevices, ThoseOfThisMachineHaveLimits) {
    const OpenclChoice choice = choose_opencl_device();
    if (!choice.device) {
        GTEST_SKIP() << choice.problem;
    }
    EXPECT_FALSE(choice.device->name.empty());
    EXPECT_GE(choice.device->compute_units, 1u);
    EXPECT_GE(choice.device->group_size, 1);
    EXPECT_GE(choice.device->local_bytes, 1024); // the least of OpenCL's embedded profile
}

TEST(OpenclDevices, TheEnvironmentNamesOne) {
    const OpenclChoice first = choose_opencl_device();
    if (!first.device) {
        GTEST_SKIP() << first.problem;
    }
    setenv(opencl_device_variable, first.device->name.substr(1).c_str(), 1);
    const OpenclChoice named = choose_opencl_device();
    setenv(opencl_device_variable, "no such thing", 1);
    const OpenclChoice unknown = choose_opencl_device();
    unsetenv(opencl_device_variable);
    ASSERT_TRUE(named.device);
    EXPECT_EQ(named.device->name, first.device->name);
    EXPECT_FALSE(unknown.device);
    EXPECT_NE(unknown.problem.find("no such device"), std::string::npos) << unknown.problem;
}

} // namespace
} // namespace haliclr
