// Which compiled kernels run an operator: chosen by the device of its tensors, or by the
// environment variable HALICLR_BACKEND = cpu | cuda | opencl. OpenCL works on CPU tensors.
#pragma once

#include <c10/core/Device.h>

#include <string>
#include <vector>

namespace haliclr::runtime {

enum class Backend { cpu, cuda, opencl };

const char *name_of(Backend backend);

// Throws std::invalid_argument for an unknown HALICLR_BACKEND, for one that does not fit the
// device, and for one that cannot be used on this machine.
Backend choose_backend(const std::string &op, at::Device device);

// As choose_backend, without looking whether this machine can use it: for tensors without data too.
Backend wanted_backend(const std::string &op, at::Device device);

std::string backend_for(const std::string &op, at::Device device);

struct OperatorInfo {
    std::string op;
    std::string backend; // "none" where HALICLR_BACKEND cannot be honoured
    std::string reason;
};

// One entry an operator, for the device that this machine would train on.
std::vector<OperatorInfo> describe_backends();

} // namespace haliclr::runtime
