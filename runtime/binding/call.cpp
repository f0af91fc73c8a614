// Kernel calls, and the one-time set-up of Halide's hooks that each of them needs.
#include "runtime/binding/call.h"

#include "machine/processor.h"
#include "runtime/binding/cuda.h"
#include "runtime/binding/memory.h"
#include "runtime/binding/opencl.h"
#include "runtime/binding/parallel.h"
#include "runtime/specialization.h"

namespace haliclr::runtime {
namespace {

// Code for one instruction set asks for it; the generic kernels choose for themselves.
void require_processor() {
    const char *features = fixed_value("instruction sets");
    const auto missing = features ? missing_instruction_sets(features) : std::vector<std::string>();
    if (!missing.empty()) {
        throw std::runtime_error("[specialized] this binary was built for a CPU with " +
                                 missing.front() + ", which this one lacks; run the generic " +
                                 "binary, or make one here with 'haliclr build'");
    }
}

void install_hooks() {
    static const bool installed = [] {
        require_processor();
        install_error_handler();
        install_parallel_loops();
        install_memory_pool();
        install_library_loader();
        install_cuda_hooks();
        return true;
    }();
    static_cast<void>(installed);
}

// The drivers' codes come as names in Halide's message.
bool out_of_memory(int status, const std::string &text) {
    return status == halide_error_code_out_of_memory ||
           text.find("OUT_OF_MEMORY") != std::string::npos ||
           text.find("MEM_OBJECT_ALLOCATION_FAILURE") != std::string::npos;
}

} // namespace

void require_same_device(const std::string &op, const std::string &argument, at::Device tensor,
                         at::Device call) {
    require(!tensor.is_cuda() || !call.is_cuda() || call.index() < 0 || tensor == call, op,
            argument, ": on ", tensor.str(), ", but the call runs on ", call.str(),
            ": move all tensors to one device");
}

KernelCall::KernelCall(std::string name, at::Device device)
    : op(std::move(name)), device(device), chosen(choose_backend(op, device)) {
    install_hooks();
    if (device.is_cuda()) {
        guard.reset_device(device);
    }
}

halide_buffer_t *KernelCall::bind(const std::string &argument, const at::Tensor &tensor,
                                  TensorBuffer::Access access) {
    require_same_device(op, argument, tensor.device(), device);
    return buffers.emplace_back(op, argument, tensor, chosen, access, errors).get();
}

halide_buffer_t *KernelCall::read(const std::string &argument, const at::Tensor &tensor) {
    return bind(argument, tensor, TensorBuffer::Access::read);
}

halide_buffer_t *KernelCall::write(const std::string &argument, const at::Tensor &tensor) {
    return bind(argument, tensor, TensorBuffer::Access::write);
}

void KernelCall::finish(int status) {
    for (TensorBuffer &buffer : buffers) {
        if (status == 0) {
            status = buffer.copy_back();
        }
    }
    if (status != 0) {
        const std::string text =
            c10::str("[", op, "] the ", name_of(chosen), " kernel failed with code ", status, ": ",
                     errors.message());
        TORCH_CHECK_WITH(OutOfMemoryError, !out_of_memory(status, text), text,
                         ": use a smaller batch");
        throw std::runtime_error(text);
    }
}

} // namespace haliclr::runtime
