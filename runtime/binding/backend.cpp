// Choice of the back end from the device and from HALICLR_BACKEND.
#include "runtime/binding/backend.h"

#include "runtime/binding/cuda.h"
#include "runtime/binding/cuda_runtime.h"
#include "runtime/binding/errors.h"
#include "runtime/binding/opencl.h"
#include "runtime/specialization.h"

#include <cstdlib>
#include <optional>

namespace haliclr::runtime {
namespace {

constexpr const char *variable = "HALICLR_BACKEND";

// A back end that is not chosen by the device.
struct Forced {
    Backend backend;
    std::string by;     // "HALICLR_BACKEND=cpu"
    std::string remedy; // "unset HALICLR_BACKEND"
};

std::optional<Backend> backend_named(const std::string &name) {
    for (Backend backend : {Backend::cpu, Backend::cuda, Backend::opencl}) {
        if (name == name_of(backend)) {
            return backend;
        }
    }
    return std::nullopt;
}

std::optional<Forced> forced_backend(const std::string &op) {
    const char *value = std::getenv(variable);
    if (value == nullptr || *value == '\0') {
        const char *only = fixed_value("back end");
        if (only == nullptr) {
            return std::nullopt;
        }
        return Forced{*backend_named(only), c10::str("this binary (built for ", only, ")"),
                      "run the generic binary"};
    }
    const std::optional<Backend> named = backend_named(value);
    require(named.has_value(), op, variable, "=", value,
            ": unknown back end: use cpu, cuda or opencl, or unset it");
    return Forced{*named, c10::str(variable, "=", value), c10::str("unset ", variable)};
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
    const std::optional<Forced> forced = forced_backend(op);
    return forced ? forced->backend : device.is_cuda() ? Backend::cuda : Backend::cpu;
}

Backend choose_backend(const std::string &op, at::Device device) {
    const std::optional<Forced> forced = forced_backend(op);
    require(device.is_cpu() || device.is_cuda(), op, "device ", device.str(),
            ": no kernels for it: move the tensors to cpu or cuda");
    if (!forced) {
        return device.is_cuda() ? Backend::cuda : Backend::cpu;
    }
    if (forced->backend == Backend::cuda && device.is_cpu()) {
        if (cuda_reads_host_memory()) {
            return Backend::cuda;
        }
        const std::string &problem = cuda_problem();
        require(problem.empty(), op, forced->by, ": ", problem, ": ", forced->remedy);
    }
    const bool fits = device.is_cuda() == (forced->backend == Backend::cuda);
    require(fits, op, forced->by, " with tensors on ", device.str(), ": move the tensors, or ",
            forced->remedy);
    if (forced->backend == Backend::opencl) {
        require(opencl_problem().empty(), op, forced->by, ": ", opencl_problem());
    }
    return forced->backend;
}

std::string backend_for(const std::string &op, at::Device device) {
    return name_of(choose_backend(op, device));
}

std::vector<OperatorInfo> describe_backends() {
    const bool gpu = cuda_problem().empty();
    std::vector<OperatorInfo> list;
    for (const char *op : {"view_draws", "views", "ntxent", "lars_step"}) {
        try {
            const std::optional<Forced> forced = forced_backend(op);
            const bool on_gpu = gpu && (!forced || forced->backend == Backend::cuda);
            const std::string reason = forced ? forced->by
                                       : gpu  ? "a CUDA device is present"
                                              : cuda_problem();
            const at::Device device = on_gpu ? at::Device(at::kCUDA, 0) : at::Device(at::kCPU);
            list.push_back({op, backend_for(op, device), reason});
        } catch (const std::invalid_argument &error) {
            list.push_back({op, "none", error.what()});
        }
    }
    return list;
}

} // namespace haliclr::runtime
