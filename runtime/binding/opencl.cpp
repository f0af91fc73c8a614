// Search for driver libraries, and for an OpenCL device.
#include "runtime/binding/opencl.h"

#include <HalideRuntimeOpenCL.h>
#include <dlfcn.h>

#include <cstdint>
#include <cstdlib>
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
    if (std::strncmp(name, "libOpenCL.so", std::strlen("libOpenCL.so")) == 0) {
        return open_opencl();
    }
    void *library = halide_default_load_library(name);
    // A driver without its development files has no libcuda.so.
    return library == nullptr && std::strcmp(name, "libcuda.so") == 0
               ? dlopen("libcuda.so.1", RTLD_LAZY | RTLD_LOCAL)
               : library;
}

// Halide takes the first platform, which may have no device, unless it is told a name.
void choose_platform(void *library, void *platform) {
    using GetInfo = int32_t (*)(void *, uint32_t, size_t, void *, size_t *);
    constexpr uint32_t platform_name = 0x0902; // CL_PLATFORM_NAME
    const auto info = reinterpret_cast<GetInfo>(dlsym(library, "clGetPlatformInfo"));
    char name[256] = {};
    if (std::getenv("HL_OCL_PLATFORM_NAME") == nullptr && info != nullptr &&
        info(platform, platform_name, sizeof name, name, nullptr) == 0) {
        halide_opencl_set_platform_name(name);
    }
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
            choose_platform(library, platform);
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

void install_library_loader() {
    halide_set_custom_load_library(load_library);
}

} // namespace haliclr::runtime
