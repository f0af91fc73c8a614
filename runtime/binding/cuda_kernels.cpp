// A compiled kernel loads its module before it looks at its arguments.
#include "runtime/binding/cuda_kernels.h"

#include "runtime/binding/cuda.h"
#include "runtime/binding/errors.h"

#include <HalideRuntime.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace haliclr::runtime {

namespace {

// With no buffer, so that the call ends once the kernel is loaded.
int call_without_buffers(const CudaKernel &kernel, ErrorSink &errors) {
    const halide_filter_metadata_t &about = *kernel.metadata();
    void *context = &errors;
    int64_t zero = 0; // of any scalar's type
    std::vector<void *> arguments;
    for (int i = 0; i < about.num_arguments; ++i) {
        const halide_filter_argument_t &argument = about.arguments[i];
        const bool is_scalar = argument.kind == halide_argument_kind_input_scalar;
        const bool is_context = std::string(argument.name) == "__user_context";
        arguments.push_back(is_context  ? static_cast<void *>(&context)
                            : is_scalar ? static_cast<void *>(&zero)
                                        : nullptr);
    }
    return kernel.call(arguments.data());
}

} // namespace

size_t load_cuda_kernels() {
    install_error_handler();
    install_cuda_hooks();
    for (const CudaKernel &kernel : cuda_kernels()) {
        ErrorSink errors;
        const int status = call_without_buffers(kernel, errors);
        if (status != halide_error_code_buffer_argument_is_null) {
            throw std::runtime_error(std::string(kernel.name) + " failed with code " +
                                     std::to_string(status) + ": " + errors.message());
        }
    }
    return cuda_kernels().size();
}

} // namespace haliclr::runtime
