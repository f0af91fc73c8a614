// Choice of the back end from the device and from HALICLR_BACKEND.
#include "runtime/binding/backend.h"

#include "runtime/binding/cuda.h"
#include "runtime/binding/errors.h"
#include "runtime/binding/opencl.h"

#include <cstdlib>
#include <optional>

namespace haliclr::runtime {
namespace {

constexpr const char *variable = "HALICLR_BACKEND";

std::optional<Backend> forced_backend(const std::string &op) {
    const char *value = std::getenv(variable);
    if (value == nullptr || *value == '\0') {
        return std::nullopt;
    }
    for (Backend backend : {Backend::cpu, Backend::cuda, Backend::opencl}) {
        if (std::string(value) == name_of(backend)) {
            return backend;
        }
    }
    refuse(op, variable, "=", value, ": unknown back end: use cpu, cuda or opencl, or unset it");
}

} // namespace

const char *name_of(Backend backend) {
    switch (backend) {
    case Backend::cpu:
        return "cpu";
    case Backend::cuda:
        return "cuda";
    case Backend::opencl:
        return "opencl";
    }
    return "unknown";
}

Backend wanted_backend(const std::string &op, at::Device device) {
    return forced_backend(op).value_or(device.is_cuda() ? Backend::cuda : Backend::cpu);
}

Backend choose_backend(const std::string &op, at::Device device) {
    const std::optional<Backend> forced = forced_backend(op);
    require(device.is_cpu() || device.is_cuda(), op, "device ", device.str(),
            ": no kernels for it: move the tensors to cpu or cuda");
    if (!forced) {
        return device.is_cuda() ? Backend::cuda : Backend::cpu;
    }
    if (*forced == Backend::cuda && device.is_cpu()) {
        const std::string &problem = cuda_problem();
        require(problem.empty(), op, variable, "=cuda: ", problem, ": unset ", variable);
    }
    const bool fits = device.is_cuda() == (*forced == Backend::cuda);
    require(fits, op, variable, "=", name_of(*forced), " with tensors on ", device.str(),
            ": move the tensors, or unset ", variable);
    if (*forced == Backend::opencl) {
        require(opencl_problem().empty(), op, variable, "=opencl: ", opencl_problem());
    }
    return *forced;
}

std::string backend_for(const std::string &op, at::Device device) {
    return name_of(choose_backend(op, device));
}

std::vector<OperatorInfo> describe_backends() {
    const char *value = std::getenv(variable);
    const bool forced = value != nullptr && *value != '\0';
    const bool gpu = cuda_problem().empty();
    const bool on_gpu = gpu && !(forced && std::string(value) != "cuda");
    const at::Device device = on_gpu ? at::Device(at::kCUDA, 0) : at::Device(at::kCPU);
    std::vector<OperatorInfo> list;
    for (const char *op : {"view_draws", "views", "ntxent", "lars_step"}) {
        try {
            const std::string reason = forced ? std::string(variable) + "=" + value
                                       : gpu  ? "a CUDA device is present"
                                              : cuda_problem();
            list.push_back({op, backend_for(op, device), reason});
        } catch (const std::invalid_argument &error) {
            list.push_back({op, "none", error.what()});
        }
    }
    return list;
}

} // namespace haliclr::runtime
