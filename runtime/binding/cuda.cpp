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

template <typename Function>
Function *driver_function(const char *name) {
    return reinterpret_cast<Function *>(dlsym(open_driver(), name));
}

void *current_context() {
    static auto *const get = driver_function<int(void **)>("cuCtxGetCurrent");
    void *context = nullptr;
    return get != nullptr && get(&context) == 0 ? context : nullptr;
}

// A thread that has not yet called the CUDA runtime (an autograd worker at its first node) has no
// current context, though LibTorch's primary one exists.
void *bind_primary_context() {
    static auto *const retain = driver_function<int(void **, int)>("cuDevicePrimaryCtxRetain");
    static auto *const set = driver_function<int(void *)>("cuCtxSetCurrent");
    if (retain == nullptr || set == nullptr) {
        return nullptr;
    }
    try {
        const int device = c10::impl::VirtualGuardImpl(c10::DeviceType::CUDA).getDevice().index();
        void *context = nullptr;
        return retain(&context, device) == 0 && set(context) == 0 ? context : nullptr;
    } catch (const std::exception &) { // Halide's frames cannot be unwound
        return nullptr;
    }
}

// The context is LibTorch's primary one of the current device; it is never Halide's to create.
int acquire_context(void *user_context, void **context, bool create) {
    *context = open_driver() == nullptr ? nullptr : current_context();
    if (*context != nullptr || !create) { // without create: Halide's clean-up at exit
        return halide_error_code_success;
    }
    *context = open_driver() == nullptr ? nullptr : bind_primary_context();
    if (*context == nullptr) {
        halide_error(user_context, "no CUDA context: make a CUDA tensor in this process first");
        return halide_error_code_gpu_device_error;
    }
    return halide_error_code_success;
}

int release_context(void *) {
    return halide_error_code_success;
}

int current_stream(void *user_context, void *, void **stream) {
    try {
        const c10::impl::VirtualGuardImpl guard(c10::DeviceType::CUDA);
        *stream = guard.getStream(guard.getDevice()).native_handle();
        return halide_error_code_success;
    } catch (const std::exception &error) {
        halide_error(user_context, error.what());
        return halide_error_code_gpu_device_error;
    }
}

} // namespace

const std::string &cuda_problem() {
    static const std::string problem = probe();
    return problem;
}

bool cuda_stream_is_capturing() {
    static auto *const capturing = driver_function<int(void *, int *)>("cuStreamIsCapturing");
    const c10::impl::VirtualGuardImpl guard(c10::DeviceType::CUDA);
    int status = 0;
    return capturing != nullptr &&
           capturing(guard.getStream(guard.getDevice()).native_handle(), &status) == 0 &&
           status != 0;
}

void install_cuda_hooks() {
    setenv("HL_CUDA_JIT_MAX_REGISTERS", "255", /*replace=*/0);
    halide_set_cuda_acquire_context(acquire_context);
    halide_set_cuda_release_context(release_context);
    halide_set_cuda_get_stream(current_stream);
    halide_reuse_device_allocations(nullptr, true);
}

} // namespace haliclr::runtime
