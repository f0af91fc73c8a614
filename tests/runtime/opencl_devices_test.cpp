// The choice of an OpenCL device: over made-up lists, and over what this machine has.
#include "runtime/binding/opencl_devices.h"

#include "runtime/binding/opencl.h"
#include "runtime/ops/unit_rows.h"
#include "tests/runtime/backends.h"

#include <torch/torch.h>

#include <dlfcn.h>

namespace haliclr::runtime {
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

// Each case is a process of its own, so that the variable is read anew.
TEST(OpenclDevices, TheNamedDeviceRunsAKernel) {
    void *library = dlopen("libOpenCL.so.1", RTLD_LAZY | RTLD_LOCAL);
    const auto devices = library == nullptr ? std::vector<OpenclDevice>() : opencl_devices(library);
    if (devices.empty()) {
        GTEST_SKIP() << "no OpenCL device";
    }
    setenv("HALICLR_OPENCL_DEVICE", devices.back().name.substr(1).c_str(), 1);
    const ForcedBackend forced("opencl");
    ASSERT_EQ(opencl_problem(), "");
    EXPECT_NE(opencl_device().find(devices.back().name.substr(1)), std::string::npos);
    const at::Tensor z = at::randn({5, 16});
    const UnitRows rows = unit_rows("unit_rows", z);
    EXPECT_LT((rows.unit.narrow(1, 0, 16) - z / z.norm(2, 1, true)).abs().max().item<float>(),
              1e-5);
}

TEST(OpenclDevices, AnUnknownNameIsRefusedByTheOperators) {
    setenv("HALICLR_OPENCL_DEVICE", "no such thing", 1);
    const ForcedBackend forced("opencl");
    if (opencl_problem().find("no OpenCL") == 0) {
        GTEST_SKIP() << opencl_problem();
    }
    EXPECT_REFUSED(unit_rows("unit_rows", at::ones({4, 4})), "[unit_rows] HALICLR_BACKEND=opencl",
                   "HALICLR_OPENCL_DEVICE=no such thing", "there are: ");
}

} // namespace
} // namespace haliclr::runtime
