// Halide's runtime looks the driver's functions up by name, through a handler that may give others.
#include "tuner/cuda_text.h"

#include "generators/ptx/device_text.h"

#include <Halide.h>

#include <cstdio>
#include <cstring>
#include <dlfcn.h>
#include <string>
#include <vector>

namespace haliclr::tuner {

namespace {

// cuModuleLoadDataEx, and numbers of cuda.h.
using Load = int (*)(void **module, const void *image, unsigned count, int *options, void **values);
constexpr int invalid_ptx = 218, max_registers = 0;

Load driver_load = nullptr;
bool in_place = false;

int load(void **module, const void *image, unsigned count, int *options, void **values) {
    std::vector<int> kept_options;
    std::vector<void *> kept_values;
    for (unsigned k = 0; k < count; ++k) {
        if (options[k] != max_registers) {
            kept_options.push_back(options[k]);
            kept_values.push_back(values[k]);
        }
    }
    try {
        const std::string text =
            ptx::device_text({static_cast<const char *>(image), "PTX of a candidate"}, in_place);
        return driver_load(module, text.c_str(), static_cast<unsigned>(kept_options.size()),
                           kept_options.data(), kept_values.data());
    } catch (const std::exception &error) { // the caller is Halide's runtime
        std::fprintf(stderr, "%s\n", error.what());
        return invalid_ptx;
    }
}

void *find(void *library, const char *name) {
    void *const found = dlsym(library, name);
    if (found != nullptr && std::strcmp(name, "cuModuleLoadDataEx") == 0) {
        driver_load = reinterpret_cast<Load>(found);
        return reinterpret_cast<void *>(&load);
    }
    return found;
}

} // namespace

void use_passes_over_cuda_text(bool kernel_is_in_place) {
    in_place = kernel_is_in_place;
    Halide::JITHandlers handlers;
    handlers.custom_get_library_symbol = find;
    Halide::Internal::JITSharedRuntime::set_default_handlers(handlers);
}

} // namespace haliclr::tuner
