// One call of a compiled kernel: its buffers, its errors, its device.
#pragma once

#include "runtime/binding/backend.h"
#include "runtime/binding/buffer.h"
#include "runtime/binding/errors.h"

#include <c10/core/DeviceGuard.h>

#include <deque>
#include <string>

namespace haliclr::runtime {

// The three compiled forms of one kernel; all have the same arguments.
template <typename Function>
struct Kernel {
    Function *cpu;
    Function *cuda;
    Function *opencl;

    Function *on(Backend backend) const {
        return backend == Backend::cpu ? cpu : backend == Backend::cuda ? cuda : opencl;
    }
};

// Refuses a tensor on another GPU than the call's, whose addresses its kernels cannot use.
void require_same_device(const std::string &op, const std::string &argument, at::Device tensor,
                         at::Device call);

// KernelCall call("ntxent", z.device());
// call.finish(kernels::unit_rows.on(call.backend())(call.context(), call.read("z", z), ...));
class KernelCall {
public:
    // Chooses the back end, and makes `device` current while the call lives.
    KernelCall(std::string op, at::Device device);

    Backend backend() const { return chosen; }
    const void *context() { return &errors; }
    // A tensor on another device than the call's throws std::invalid_argument.
    halide_buffer_t *read(const std::string &argument, const at::Tensor &tensor);
    halide_buffer_t *write(const std::string &argument, const at::Tensor &tensor);

    // Brings results home. Throws std::runtime_error with Halide's message where status is not 0.
    void finish(int status);

private:
    std::string op;
    at::Device device;
    Backend chosen;
    ErrorSink errors;
    c10::OptionalDeviceGuard guard;
    std::deque<TensorBuffer> buffers; // a deque keeps its elements in place

    halide_buffer_t *bind(const std::string &argument, const at::Tensor &tensor,
                          TensorBuffer::Access access);
};

} // namespace haliclr::runtime
