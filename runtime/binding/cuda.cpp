// Whether CUDA can be used here, and what Halide's remaining CUDA code needs.
#include "runtime/binding/cuda.h"

#include "runtime/binding/cuda_driver.h"
#include "runtime/binding/cuda_failure.h"
#include "runtime/binding/cuda_runtime.h"

#include <ATen/Context.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <HalideRuntimeCuda.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <dlfcn.h>

#include <algorithm>

namespace haliclr::runtime {
namespace {

// LibTorch shows no GPU to a driver that is older than it, without saying so.
std::string no_gpu_for_torch() {
    int driver = 0;
    const auto torch = static_cast<int>(at::detail::getCUDAHooks().versionCUDART());
    if (cuda_driver()->driver_version(&driver) == CuResult::success && driver < torch) {
        return "the NVIDIA driver is for CUDA " + cuda_version_text(driver) +
               ", LibTorch needs one for " + cuda_version_text(torch) + ": install a newer driver";
    }
    return "the NVIDIA driver shows no GPU to LibTorch: see nvidia-smi and CUDA_VISIBLE_DEVICES";
}

std::string probe() {
    if (cuda_driver() == nullptr) {
        return cuda_driver_problem();
    }
    if (dlopen("libtorch_cuda.so", RTLD_LAZY | RTLD_GLOBAL) == nullptr) {
        const char *reason = dlerror();
        return std::string("libtorch_cuda.so cannot be opened: ") + (reason ? reason : "no reason");
    }
    if (!at::globalContext().hasCUDA()) {
        return no_gpu_for_torch();
    }
    const int devices = c10::impl::VirtualGuardImpl(c10::DeviceType::CUDA).deviceCount();
    int newest = 0;
    for (int device = 0; device < devices; ++device) {
        newest = std::max(newest, chip_of_device(*cuda_driver(), device));
    }
    return newest >= oldest_chip ? std::string()
                                 : "no GPU here is new enough: the best has compute capability " +
                                       capability_text(newest) + ", kernels need 8.0 (Ampere)";
}

// For the copies between host and device that stay with Halide; the context is never its to create.
int acquire_context(void *user_context, void **context, bool create) {
    *context = nullptr;
    if (!create) {
        return halide_error_code_success;
    }
    try {
        *context = torch_cuda_runtime().place().context;
        return halide_error_code_success;
    } catch (const std::exception &error) { // Halide's frames cannot be unwound
        halide_error(user_context, error.what());
        return halide_error_code_gpu_device_error;
    }
}

int release_context(void *) {
    return halide_error_code_success;
}

int current_stream(void *user_context, void *, void **stream) {
    try {
        *stream = torch_cuda_runtime().place().stream;
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
    if (cuda_driver() == nullptr) {
        return false;
    }
    const c10::impl::VirtualGuardImpl guard(c10::DeviceType::CUDA);
    void *const stream = guard.getStream(guard.getDevice()).native_handle();
    int status = 0;
    return cuda_driver()->stream_is_capturing(static_cast<CuStream>(stream), &status) ==
               CuResult::success &&
           status != 0;
}

void install_cuda_hooks() {
    use_own_cuda_runtime();
    halide_set_cuda_acquire_context(acquire_context);
    halide_set_cuda_release_context(release_context);
    halide_set_cuda_get_stream(current_stream);
}

} // namespace haliclr::runtime
