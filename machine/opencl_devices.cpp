// Queries through the OpenCL loader, and the choice.
#include "machine/opencl_devices.h"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <cstdlib>
#include <dlfcn.h>

namespace haliclr {
namespace {

// Numbers of cl.h.
constexpr uint32_t platform_name = 0x0902, device_name = 0x102B, compute_units = 0x1002,
                   group_size = 0x1004, local_bytes = 0x1023;
constexpr uint64_t all_device_types = 0xFFFFFFFF;

using GetPlatforms = int32_t (*)(uint32_t, void **, uint32_t *);
using GetDevices = int32_t (*)(void *, uint64_t, uint32_t, void **, uint32_t *);
using GetInfo = int32_t (*)(void *, uint32_t, size_t, void *, size_t *);

template <typename Function>
Function function(void *library, const char *name) {
    return reinterpret_cast<Function>(dlsym(library, name));
}

std::string text_info(GetInfo info, void *object, uint32_t what) {
    char text[256] = {};
    return info(object, what, sizeof text - 1, text, nullptr) == 0 ? text : "unnamed";
}

std::vector<void *> devices_of(void *library, void *platform) {
    const auto get = function<GetDevices>(library, "clGetDeviceIDs");
    uint32_t count = 0;
    if (get(platform, all_device_types, 0, nullptr, &count) != 0) {
        return {};
    }
    std::vector<void *> devices(count);
    get(platform, all_device_types, count, devices.data(), nullptr);
    return devices;
}

OpenclDevice described(GetInfo info, void *device, const std::string &platform, int index) {
    OpenclDevice one{text_info(info, device, device_name), platform, index};
    size_t items = 0;
    uint64_t bytes = 0;
    info(device, compute_units, sizeof one.compute_units, &one.compute_units, nullptr);
    info(device, group_size, sizeof items, &items, nullptr);
    info(device, local_bytes, sizeof bytes, &bytes, nullptr);
    one.group_size = static_cast<int64_t>(items);
    one.local_bytes = static_cast<int64_t>(bytes);
    return one;
}

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char letter) { return std::tolower(letter); });
    return text;
}

bool contains(const std::string &text, const std::string &part) {
    return lower(text).find(lower(part)) != std::string::npos;
}

bool is_set(const char *variable) {
    const char *value = std::getenv(variable);
    return value != nullptr && *value != '\0';
}

OpenclDevice largest_of_first_platform(const std::vector<OpenclDevice> &devices) {
    OpenclDevice best = devices.front();
    for (const OpenclDevice &device : devices) {
        const bool larger = device.compute_units >= best.compute_units;
        best = device.platform == best.platform && larger ? device : best;
    }
    return best;
}

} // namespace

std::string text_of(const OpenclDevice &device) {
    return device.name + " (" + device.platform + ")";
}

void *open_opencl_loader() {
    for (const char *name : {"libOpenCL.so", "libOpenCL.so.1"}) {
        if (void *library = dlopen(name, RTLD_LAZY | RTLD_LOCAL)) {
            return library;
        }
    }
    return nullptr;
}

std::vector<OpenclDevice> opencl_devices(void *library) {
    const auto platforms = function<GetPlatforms>(library, "clGetPlatformIDs");
    const auto platform_info = function<GetInfo>(library, "clGetPlatformInfo");
    const auto device_info = function<GetInfo>(library, "clGetDeviceInfo");
    if (platforms == nullptr || platform_info == nullptr || device_info == nullptr) {
        return {};
    }
    uint32_t count = 0;
    platforms(0, nullptr, &count);
    std::vector<void *> found(count);
    platforms(count, found.data(), nullptr);
    std::vector<OpenclDevice> devices;
    std::vector<std::string> earlier;
    for (void *platform : found) {
        const std::string name = text_info(platform_info, platform, platform_name);
        const bool hidden =
            std::any_of(earlier.begin(), earlier.end(), [&](const std::string &other) {
                return other.find(name) != std::string::npos;
            });
        earlier.push_back(name);
        int index = 0;
        for (void *device : hidden ? std::vector<void *>() : devices_of(library, platform)) {
            devices.push_back(described(device_info, device, name, index++));
        }
    }
    return devices;
}

OpenclChoice choose_opencl_device() {
    void *library = open_opencl_loader();
    if (library == nullptr) {
        return {{}, "no OpenCL loader: install ocl-icd-libopencl1"};
    }
    const char *wanted = std::getenv(opencl_device_variable);
    return choose_opencl_device(opencl_devices(library), wanted == nullptr ? "" : wanted);
}

OpenclChoice choose_opencl_device(const std::vector<OpenclDevice> &devices,
                                  const std::string &wanted) {
    if (devices.empty()) {
        return {{}, "no OpenCL device: install a driver, such as pocl-opencl-icd for the CPU"};
    }
    if (wanted.empty()) {
        return {largest_of_first_platform(devices), {}};
    }
    std::string names;
    for (const OpenclDevice &device : devices) {
        if (contains(text_of(device), wanted)) {
            return {device, {}};
        }
        names += (names.empty() ? "" : ", ") + text_of(device);
    }
    return {{},
            std::string(opencl_device_variable) + "=" + wanted +
                ": no such device; there are: " + names + ": give part of a name, or unset it"};
}

OpenclSelection selection_of(const OpenclDevice &device) {
    if (is_set(opencl_device_variable)) {
        return {device.platform, device.index};
    }
    return {is_set("HL_OCL_PLATFORM_NAME") ? std::nullopt : std::optional(device.platform), {}};
}

} // namespace haliclr
