// The OpenCL device that the environment names, under the operators.
#include "machine/opencl_devices.h"

#include "runtime/binding/opencl.h"
#include "runtime/ops/unit_rows.h"
#include "tests/runtime/backends.h"

#include <ATen/ATen.h>

namespace haliclr::runtime {
namespace {

// Each case is a process of its own, so that the variable is read anew.
TEST(OpenclDevices, TheNamedDeviceRunsAKernel) {
    void *library = open_opencl_loader();
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
