// Kernel calls, and the one-time set-up of Halide's hooks that each of them needs.
#include "runtime/binding/call.h"

#include "runtime/binding/cuda.h"
#include "runtime/binding/opencl.h"
#include "runtime/binding/parallel.h"

namespace haliclr::runtime {
namespace {

void install_hooks() {
    static const bool installed = [] {
        install_error_handler();
        install_parallel_loops();
        install_opencl_loader();
        install_cuda_hooks();
        return true;
    }();
    static_cast<void>(installed);
}

} // namespace

KernelCall::KernelCall(std::string name, at::Device device)
    : op(std::move(name)), chosen(choose_backend(op, device)) {
    install_hooks();
    if (device.is_cuda()) {
        guard.reset_device(device);
    }
}

halide_buffer_t *KernelCall::read(const std::string &argument, const at::Tensor &tensor) {
    return buffers.emplace_back(op, argument, tensor, chosen, TensorBuffer::Access::read, errors)
        .get();
}

halide_buffer_t *KernelCall::write(const std::string &argument, const at::Tensor &tensor) {
    return buffers.emplace_back(op, argument, tensor, chosen, TensorBuffer::Access::write, errors)
        .get();
}

void KernelCall::finish(int status) {
    for (TensorBuffer &buffer : buffers) {
        if (status == 0) {
            status = buffer.copy_back();
        }
    }
    if (status != 0) {
        throw std::runtime_error(c10::str("[", op, "] the ", name_of(chosen),
                                          " kernel failed with code ", status, ": ",
                                          errors.message()));
    }
}

} // namespace haliclr::runtime
