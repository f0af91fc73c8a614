// The drivers' libraries are opened at run time, so that the tuner needs neither headers nor them.
#include "tuner/driver_query.h"

#include "machine/opencl_devices.h"
#include "tuner/child.h"

#include <nlohmann/json.hpp>

#include <cstdlib>
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
    const OpenclChoice choice = choose_opencl_device();
    if (!choice.device) {
        throw std::runtime_error(choice.problem);
    }
    const OpenclSelection selection = selection_of(*choice.device);
    json environment = json::object();
    if (selection.platform) {
        environment["HL_OCL_PLATFORM_NAME"] = *selection.platform;
    }
    if (selection.index) {
        environment["HL_OCL_DEVICE_TYPE"] = "all"; // which the index counts
        environment["HL_GPU_DEVICE"] = std::to_string(*selection.index);
    }
    return {{"name", choice.device->name},
            {"threads", choice.device->group_size},
            {"shared", choice.device->local_bytes},
            {"environment", environment}};
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
    const char *wanted = std::getenv("HL_GPU_DEVICE");
    const int device = wanted == nullptr ? 0 : std::atoi(wanted);
    if (device < 0 || device >= count) {
        throw std::runtime_error("HL_GPU_DEVICE=" + std::to_string(device) + ": there are " +
                                 std::to_string(count) + " GPUs, counted from 0");
    }
    char name[256] = {};
    int threads = 0, shared = 0;
    auto *attribute = function<int(int *, int, int)>(library, "cuDeviceGetAttribute");
    function<int(char *, int, int)>(library, "cuDeviceGetName")(name, sizeof name - 1, device);
    attribute(&threads, most_threads, device);
    attribute(&shared, shared_bytes, device);
    return {{"name", name},
            {"threads", threads},
            {"shared", shared},
            {"environment", {{"HL_GPU_DEVICE", std::to_string(device)}}}};
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
        return {"the driver did not answer: " + answer.text + "; reinstall it", "", 0, 0, {}};
    }
    const json reply = json::parse(answer.text);
    if (reply.contains("fault")) {
        return {reply["fault"].get<std::string>(), "", 0, 0, {}};
    }
    return {"", reply["name"].get<std::string>(), reply["threads"].get<int>(),
            reply["shared"].get<int64_t>(),
            reply["environment"].get<std::map<std::string, std::string>>()};
}

} // namespace haliclr::tuner
