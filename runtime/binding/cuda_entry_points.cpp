// Strong definitions of Halide's weak CUDA entry points; see cuda_runtime.h. Exceptions end here,
// as Halide's frames cannot be unwound: they become a message and a code of Halide's.
#include "runtime/binding/cuda_failure.h"
#include "runtime/binding/cuda_launch.h"
#include "runtime/binding/cuda_runtime.h"

#include <HalideRuntimeCuda.h>

#include <algorithm>
#include <atomic>
#include <deque>
#include <functional>

namespace haliclr::runtime {
namespace {

std::atomic<CudaRuntime *> replacement{nullptr};

CudaRuntime &runtime() {
    CudaRuntime *const other = replacement.load(std::memory_order_acquire);
    return other != nullptr ? *other : torch_cuda_runtime();
}

// The texts of every kernel that was called, for the life of the process.
const KernelText *register_text(const char *ptx, int size) {
    static std::mutex mutex;
    static std::map<const char *, KernelText> texts; // nodes stay where they are
    static std::deque<std::string> terminated;
    const std::lock_guard lock(mutex);
    const auto [place, is_new] = texts.try_emplace(ptx);
    if (is_new) {
        // Halide ends the text with a zero byte, which the driver's compiler needs.
        const bool ends = size > 0 && ptx[size - 1] == '\0';
        place->second.ptx =
            ends ? std::string_view(ptx, static_cast<size_t>(size - 1))
                 : std::string_view(terminated.emplace_back(ptx, static_cast<size_t>(size)));
    }
    return &place->second;
}

// A kernel's own static variable holds its text, so that only the first call looks it up.
const KernelText &text_of(void **state, const char *ptx, int size) {
    std::atomic_ref<void *> known(*state);
    void *text = known.load(std::memory_order_acquire);
    if (text == nullptr) {
        text = const_cast<KernelText *>(register_text(ptx, size));
        known.store(text, std::memory_order_release);
    }
    return *static_cast<const KernelText *>(text);
}

template <typename Work>
int guarded(void *user_context, const Work &work) {
    try {
        work();
        return halide_error_code_success;
    } catch (const CudaFailure &failure) {
        halide_error(user_context, failure.what());
        return failure.out_of_memory ? halide_error_code_out_of_memory
                                     : halide_error_code_gpu_device_error;
    } catch (const std::exception &error) {
        halide_error(user_context, error.what());
        return halide_error_code_gpu_device_error;
    }
}

} // namespace

void replace_cuda_runtime(CudaRuntime *other) {
    replacement.store(other, std::memory_order_release);
}

bool cuda_reads_host_memory() {
    const CudaRuntime *const other = replacement.load(std::memory_order_acquire);
    return other != nullptr && other->reads_host_memory;
}

void use_own_cuda_runtime() {}

} // namespace haliclr::runtime

using namespace haliclr::runtime;

extern "C" {

int halide_cuda_initialize_kernels(void *user_context, void **state, const char *ptx, int size) {
    return guarded(user_context, [&] {
        const KernelText &text = text_of(state, ptx, size);
        CudaRuntime &cuda = runtime();
        cuda.modules.load(text, cuda.place());
    });
}

// Modules are kept for the life of the process.
void halide_cuda_finalize_kernels(void *, void *) {}

int halide_cuda_run(void *user_context, void *state, const char *entry, int blocks_x, int blocks_y,
                    int blocks_z, int threads_x, int threads_y, int threads_z, int shared_bytes,
                    size_t sizes[], void *values[], int8_t is_buffer[]) {
    return guarded(user_context, [&] {
        CudaRuntime &cuda = runtime();
        launch(cuda.driver, cuda.modules, *static_cast<const KernelText *>(state), cuda.place(),
               entry,
               {{blocks_x, blocks_y, blocks_z}, {threads_x, threads_y, threads_z}, shared_bytes},
               {sizes, values, is_buffer});
    });
}

int halide_cuda_device_malloc(void *user_context, halide_buffer_t *buffer) {
    return guarded(user_context, [&] {
        if (buffer->device != 0) {
            return;
        }
        CudaRuntime &cuda = runtime();
        cuda.place(); // LibTorch's device and context are current from here on
        void *const memory = cuda.scratch.allocate(std::max<size_t>(buffer->size_in_bytes(), 1));
        halide_cuda_wrap_device_ptr(user_context, buffer, reinterpret_cast<uintptr_t>(memory));
    });
}

int halide_cuda_device_free(void *user_context, halide_buffer_t *buffer) {
    return guarded(user_context, [&] {
        if (buffer->device == 0) {
            return;
        }
        void *const memory = reinterpret_cast<void *>(buffer->device);
        halide_cuda_detach_device_ptr(user_context, buffer);
        runtime().scratch.release(memory);
    });
}

// Called at exit: the context is LibTorch's, and the driver frees what is left.
int halide_cuda_device_release(void *) {
    return halide_error_code_success;
}

} // extern "C"
