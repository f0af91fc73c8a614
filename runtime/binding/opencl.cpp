// Search for the OpenCL loader and for one device.
#include "runtime/binding/opencl.h"

#include <HalideRuntime.h>
#include <dlfcn.h>

#include <cstdint>
#include <cstring>
#include <vector>

namespace haliclr::runtime {
namespace {

void *open_opencl() {
    for (const char *name : {"libOpenCL.so", "libOpenCL.so.1"}) {
        if (void *library = dlopen(name, RTLD_LAZY | RTLD_LOCAL)) {
            return library;
        }
    }
    return nullptr;
}

void *load_library(const char *name) {
    return std::strcmp(name, "libOpenCL.so") == 0 ? open_opencl()
                                                  : halide_default_load_library(name);
}

std::string probe() {
    constexpr uint64_t all_device_types = 0xFFFFFFFF;
    using GetPlatforms = int32_t (*)(uint32_t, void **, uint32_t *);
    using GetDevices = int32_t (*)(void *, uint64_t, uint32_t, void **, uint32_t *);
    void *library = open_opencl();
    if (library == nullptr) {
        return "no OpenCL loader: install ocl-icd-libopencl1";
    }
    auto platforms = reinterpret_cast<GetPlatforms>(dlsym(library, "clGetPlatformIDs"));
    auto devices = reinterpret_cast<GetDevices>(dlsym(library, "clGetDeviceIDs"));
    if (platforms == nullptr || devices == nullptr) {
        return "libOpenCL.so lacks clGetPlatformIDs: install ocl-icd-libopencl1";
    }
    uint32_t count = 0;
    platforms(0, nullptr, &count);
    std::vector<void *> found(count);
    platforms(count, found.data(), nullptr);
    for (void *platform : found) {
        uint32_t of_platform = 0;
        if (devices(platform, all_device_types, 0, nullptr, &of_platform) == 0 && of_platform > 0) {
            return {};
        }
    }
    return "no OpenCL device: install a driver, such as pocl-opencl-icd for the CPU";
}

} // namespace

const std::string &opencl_problem() {
    static const std::string problem = probe();
    return problem;
}

void install_opencl_loader() {
    halide_set_custom_load_library(load_library);
}

} // namespace haliclr::runtime
