// Choice of the device.
#include "trainer/train/device.h"

#include "runtime/binding/backend.h"
#include "runtime/binding/cuda.h"
#include "trainer/errors.h"

#include <ATen/Context.h>

#include <stdexcept>

namespace haliclr::trainer {

namespace {

// HALICLR_BACKEND may rule the GPU out although there is one.
bool allowed_on_gpu() {
    try {
        runtime::choose_backend("views", at::Device(at::kCUDA, 0));
        return true;
    } catch (const std::invalid_argument &) {
        return false;
    }
}

} // namespace

at::Device resolve_device(const std::string &name) {
    if (name == "cpu") {
        return at::kCPU;
    }
    if (name != "auto" && name != "cuda") {
        throw UsageError("[device] unknown device '" + name + "'; choose auto, cpu or cuda");
    }
    const std::string &problem = runtime::cuda_problem();
    if (name == "cuda" && !problem.empty()) {
        throw UsageError("[device] cuda is asked for, but no GPU can be used: " + problem +
                         "; choose cpu or auto");
    }
    if (name == "auto" && (!problem.empty() || !allowed_on_gpu())) {
        return at::kCPU;
    }
    // Same seed, same weights: cuDNN may not choose among its algorithms by timing them.
    at::globalContext().setDeterministicCuDNN(true);
    at::globalContext().setBenchmarkCuDNN(false);
    return at::Device(at::kCUDA, 0);
}

} // namespace haliclr::trainer
