// The process's CUDA runtime: LibTorch's device, context, stream and caching allocator, reached
// through c10's interfaces, so that nothing links to libtorch_cuda.
#include "runtime/binding/cuda_failure.h"
#include "runtime/binding/cuda_runtime.h"

#include <c10/core/Allocator.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <c10/util/Exception.h>

#include <cstdlib>
#include <string>

namespace haliclr::runtime {
namespace {

std::string first_line(const std::string &text) {
    return text.substr(0, text.find('\n'));
}

// Memory of LibTorch's caching allocator: freed blocks go to the same stream again without waiting,
// and a captured graph's come from the pool of that graph.
class TorchScratch : public ScratchMemory {
public:
    void *allocate(size_t bytes) override {
        const std::string what = "scratch memory of " + std::to_string(bytes) + " bytes";
        try {
            return allocator().raw_allocate(bytes);
        } catch (const c10::OutOfMemoryError &error) {
            throw CudaFailure(
                what + ": CUDA_ERROR_OUT_OF_MEMORY: " + first_line(error.what_without_backtrace()),
                true);
        } catch (const c10::Error &error) {
            throw CudaFailure(what + ": " + first_line(error.what_without_backtrace()), false);
        }
    }

    void release(void *memory) override { allocator().raw_deallocate(memory); }

private:
    static c10::Allocator &allocator() {
        c10::Allocator *const found = c10::GetAllocator(c10::DeviceType::CUDA);
        if (found == nullptr || found->raw_deleter() == nullptr) {
            throw CudaFailure("LibTorch's CUDA allocator lends no memory: unset "
                              "PYTORCH_CUDA_ALLOC_CONF, or use the default allocator",
                              false);
        }
        return *found;
    }
};

// A thread that has not yet called the CUDA runtime (an autograd worker at its first node) has no
// current context, and one that a foreign library left may be another device's.
CuContext bind_context(const CudaDriver &driver, int device) {
    const std::string where = "cuda:" + std::to_string(device);
    CuContext context = nullptr;
    int owner = -1;
    if (driver.current_context(&context) == CuResult::success && context != nullptr &&
        driver.current_device(&owner) == CuResult::success && owner == device) {
        return context;
    }
    // Retained for the life of the process, as LibTorch does.
    require_success(driver, driver.primary_context(&context, device), "cuDevicePrimaryCtxRetain",
                    where);
    require_success(driver, driver.set_current_context(context), "cuCtxSetCurrent", where);
    return context;
}

CudaPlace torch_place() {
    try {
        const c10::impl::VirtualGuardImpl guard(c10::DeviceType::CUDA);
        const c10::Device device = guard.getDevice();
        const CuContext context = bind_context(*cuda_driver(), device.index());
        void *const stream = guard.getStream(device).native_handle();
        return {context, device.index(), static_cast<CuStream>(stream)};
    } catch (const c10::Error &error) {
        throw CudaFailure(first_line(error.what_without_backtrace()), false);
    }
}

const CudaDriver &driver_or_throw() {
    if (cuda_driver() == nullptr) {
        throw CudaFailure(cuda_driver_problem(), false);
    }
    return *cuda_driver();
}

ImageChoice choice_from_environment() {
    const char *value = std::getenv("HALICLR_CUDA_IMAGES");
    return image_choice(value == nullptr ? "" : value);
}

} // namespace

CudaRuntime &torch_cuda_runtime() {
    // Never destroyed: threads may still launch while the process ends.
    static TorchScratch &scratch = *new TorchScratch;
    static CudaRuntime &runtime =
        *new CudaRuntime{driver_or_throw(),
                         torch_place,
                         scratch,
                         {driver_or_throw(), device_images(), choice_from_environment()}};
    return runtime;
}

} // namespace haliclr::runtime
