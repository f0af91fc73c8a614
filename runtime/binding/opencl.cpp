// Search for driver libraries, and for an OpenCL device.
#include "runtime/binding/opencl.h"

#include "machine/opencl_devices.h"

#include <HalideRuntimeOpenCL.h>
#include <dlfcn.h>

#include <cstdlib>
#include <cstring>

namespace haliclr::runtime {
namespace {

void *load_library(const char *name) {
    if (std::strncmp(name, "libOpenCL.so", std::strlen("libOpenCL.so")) == 0) {
        return open_opencl_loader();
    }
    void *library = halide_default_load_library(name);
    // A driver without its development files has no libcuda.so.
    return library == nullptr && std::strcmp(name, "libcuda.so") == 0
               ? dlopen("libcuda.so.1", RTLD_LAZY | RTLD_LOCAL)
               : library;
}

// Halide takes the first platform, which may have no device, unless it is told a name.
void use(const OpenclSelection &selection) {
    if (selection.platform) {
        halide_opencl_set_platform_name(selection.platform->c_str());
    }
    if (selection.index) {
        halide_opencl_set_device_type("all"); // which the index counts
        halide_set_gpu_device(*selection.index);
    }
}

OpenclChoice probe() {
    const OpenclChoice choice = choose_opencl_device();
    if (choice.device) {
        use(selection_of(*choice.device));
    }
    return choice;
}

const OpenclChoice &chosen() {
    static const OpenclChoice choice = probe();
    return choice;
}

} // namespace

const std::string &opencl_problem() {
    return chosen().problem;
}

std::string opencl_device() {
    return chosen().device ? text_of(*chosen().device) : std::string();
}

void install_library_loader() {
    halide_set_custom_load_library(load_library);
}

} // namespace haliclr::runtime
