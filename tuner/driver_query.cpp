// The drivers' libraries are opened at run time, so that the tuner needs neither headers nor them.
#include "tuner/driver_query.h"

#include "tuner/child.h"

#include <nlohmann/json.hpp>

#include <array>
#include <dlfcn.h>
#include <stdexcept>
#include <vector>

namespace haliclr::tuner {

namespace {

using nlohmann::json;

void *open_library(const std::vector<const char *> &names, const std::string &remedy) {
    for (const char *name : names) {
        if (void *library = dlopen(name, RTLD_LAZY | RTLD_LOCAL)) {
            return library;
        }
    }
    throw std::runtime_error(remedy);
}

template <typename Function>
Function *function(void *library, const char *name) {
    auto *found = reinterpret_cast<Function *>(dlsym(library, name));
    if (found == nullptr) {
        throw std::runtime_error(std::string("the driver lacks ") + name + "; install a newer one");
    }
    return found;
}

json opencl_device() {
    constexpr uint32_t device_name = 0x102B, group_size = 0x1004, local_bytes = 0x1023;
    constexpr uint64_t all_types = 0xFFFFFFFF;
    void *library = open_library({"libOpenCL.so.1", "libOpenCL.so"},
                                 "no OpenCL loader; install ocl-icd-libopencl1 and a driver");
    auto *platforms = function<int32_t(uint32_t, void **, uint32_t *)>(library, "clGetPlatformIDs");
    auto *devices = function<int32_t(void *, uint64_t, uint32_t, void **, uint32_t *)>(
        library, "clGetDeviceIDs");
    auto *info =
        function<int32_t(void *, uint32_t, size_t, void *, size_t *)>(library, "clGetDeviceInfo");
    std::array<void *, 8> found{};
    uint32_t count = 0;
    platforms(found.size(), found.data(), &count);
    for (uint32_t p = 0; p < std::min<uint32_t>(count, found.size()); ++p) {
        void *device = nullptr;
        if (devices(found[p], all_types, 1, &device, nullptr) == 0) {
            char name[256] = {};
            size_t most = 0;
            uint64_t local = 0;
            info(device, device_name, sizeof name - 1, name, nullptr);
            info(device, group_size, sizeof most, &most, nullptr);
            info(device, local_bytes, sizeof local, &local, nullptr);
            return {{"name", name}, {"threads", most}, {"shared", local}};
        }
    }
    throw std::runtime_error("no OpenCL device; install a driver, for example pocl-opencl-icd");
}

json cuda_device() {
    constexpr int most_threads = 1, shared_bytes = 8; // CU_DEVICE_ATTRIBUTE_...
    void *library = open_library({"libcuda.so.1", "libcuda.so"},
                                 "no CUDA driver (libcuda.so.1); install NVIDIA's driver");
    int count = 0;
    if (function<int(unsigned)>(library, "cuInit")(0) != 0 ||
        function<int(int *)>(library, "cuDeviceGetCount")(&count) != 0 || count == 0) {
        throw std::runtime_error("the CUDA driver finds no GPU; tune on a machine with one");
    }
    char name[256] = {};
    int threads = 0, shared = 0;
    auto *attribute = function<int(int *, int, int)>(library, "cuDeviceGetAttribute");
    function<int(char *, int, int)>(library, "cuDeviceGetName")(name, sizeof name - 1, 0);
    attribute(&threads, most_threads, 0);
    attribute(&shared, shared_bytes, 0);
    return {{"name", name}, {"threads", threads}, {"shared", shared}};
}

} // namespace

DeviceAnswer query_device(const std::string &backend) {
    Child child([&](Channel &parent) {
        try {
            parent.send((backend == "cuda" ? cuda_device() : opencl_device()).dump());
        } catch (const std::exception &error) {
            parent.send(json{{"fault", error.what()}}.dump());
        }
    });
    const Answer answer = child.wait(30);
    if (!answer.arrived) {
        return {"the driver did not answer: " + answer.text + "; reinstall it", "", 0, 0};
    }
    const json reply = json::parse(answer.text);
    if (reply.contains("fault")) {
        return {reply["fault"].get<std::string>(), "", 0, 0};
    }
    return {"", reply["name"].get<std::string>(), reply["threads"].get<int>(),
            reply["shared"].get<int64_t>()};
}

} // namespace haliclr::tuner
