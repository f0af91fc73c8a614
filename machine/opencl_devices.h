// The OpenCL devices of this machine, and the choice among them by name.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace haliclr {

struct OpenclDevice {
    std::string name;
    std::string platform;
    int index = 0; // within its platform
    unsigned compute_units = 0;
    int64_t group_size = 0;  // most work items of a group
    int64_t local_bytes = 0; // local memory of a group
};

// Part of the name of a device or of its platform, in any case; unset: the default choice.
inline constexpr const char *opencl_device_variable = "HALICLR_OPENCL_DEVICE";

// A handle of the OpenCL loader, for as long as the process lives; null where there is none.
void *open_opencl_loader();

// "pthread-AMD EPYC (Portable Computing Language)"
std::string text_of(const OpenclDevice &device);

// In the order of the platforms. A platform that Halide cannot tell from an earlier one, as it goes
// by their names, is left out. `library`: a handle of the OpenCL loader.
std::vector<OpenclDevice> opencl_devices(void *library);

struct OpenclChoice {
    std::optional<OpenclDevice> device;
    std::string problem; // why there is none, and what to do; empty where there is one
};

// What the environment names among the devices of this machine.
OpenclChoice choose_opencl_device();

// The first device whose name, or whose platform's, contains `wanted` in any case; without a wish
// the one with most compute units of the first platform, as Halide chooses.
OpenclChoice choose_opencl_device(const std::vector<OpenclDevice> &devices,
                                  const std::string &wanted);

// What Halide has to be told so that it takes the device. Where HALICLR_OPENCL_DEVICE names none,
// the choice within the platform is Halide's, and its own variables keep their meaning.
struct OpenclSelection {
    std::optional<std::string> platform;
    std::optional<int> index; // among devices of every type
};
OpenclSelection selection_of(const OpenclDevice &device);

} // namespace haliclr
