// The OpenCL devices of this machine, and the choice among them by name.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace haliclr::runtime {

struct OpenclDevice {
    std::string name;
    std::string platform;
    int index = 0; // within its platform
    unsigned compute_units = 0;
};

// "pthread-AMD EPYC (Portable Computing Language)"
std::string text_of(const OpenclDevice &device);

// In the order of the platforms. A platform that Halide cannot tell from an earlier one, as it goes
// by their names, is left out. `library`: a handle of the OpenCL loader.
std::vector<OpenclDevice> opencl_devices(void *library);

struct OpenclChoice {
    std::optional<OpenclDevice> device;
    std::string problem; // why there is none, and what to do; empty where there is one
};

// The first device whose name, or whose platform's, contains `wanted` in any case; without a wish
// the one with most compute units of the first platform, as Halide chooses.
OpenclChoice choose_opencl_device(const std::vector<OpenclDevice> &devices,
                                  const std::string &wanted);

} // namespace haliclr::runtime
