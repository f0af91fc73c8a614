// LibTorch's CUDA context and stream for Halide's runtime, through the driver's own functions.
#include "runtime/binding/cuda.h"

#include <ATen/Context.h>
#include <HalideRuntimeCuda.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <dlfcn.h>

#include <cstdlib>

namespace haliclr::runtime {
namespace {

void *open_driver() {
    static void *const driver = dlopen("libcuda.so.1", RTLD_LAZY | RTLD_LOCAL);
    return driver;
}

std::string probe() {
    if (open_driver() == nullptr) {
        return "no NVIDIA driver: libcuda.so.1 cannot be opened";
    }
    if (dlopen("libtorch_cuda.so", RTLD_LAZY | RTLD_GLOBAL) == nullptr) {
        const char *reason = dlerror();
        return std::string("libtorch_cuda.so cannot be opened: ") + (reason ? reason : "no reason");
    }
    if (!at::globalContext().hasCUDA()) {
        return "the NVIDIA driver shows no GPU to LibTorch";
    }
    return {};
}

int current_context(void **context) {
    using GetCurrent = int (*)(void **);
    static const auto get = reinterpret_cast<GetCurrent>(dlsym(open_driver(), "cuCtxGetCurrent"));
    return get == nullptr ? halide_error_code_gpu_device_error : get(context);
}

// The context is LibTorch's primary one of the current device; it is never Halide's to create.
int acquire_context(void *user_context, void **context, bool) {
    *context = nullptr;
    if (open_driver() == nullptr || current_context(context) != 0 || *context == nullptr) {
        halide_error(user_context,
                     "no current CUDA context: make a CUDA tensor in this thread first");
        return halide_error_code_gpu_device_error;
    }
    return halide_error_code_success;
}

int release_context(void *) {
    return halide_error_code_success;
}

int current_stream(void *, void *, void **stream) {
    const c10::impl::VirtualGuardImpl guard(c10::DeviceType::CUDA);
    *stream = guard.getStream(guard.getDevice()).native_handle();
    return halide_error_code_success;
}

} // namespace

const std::string &cuda_problem() {
    static const std::string problem = probe();
    return problem;
}

void install_cuda_hooks() {
    setenv("HL_CUDA_JIT_MAX_REGISTERS", "255", /*replace=*/0);
    halide_set_cuda_acquire_context(acquire_context);
    halide_set_cuda_release_context(release_context);
    halide_set_cuda_get_stream(current_stream);
    halide_reuse_device_allocations(nullptr, true);
}

} // namespace haliclr::runtime
