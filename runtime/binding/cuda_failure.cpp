// Words for the driver's codes.
#include "runtime/binding/cuda_failure.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace haliclr::runtime {
namespace {

std::string version_of(const CudaDriver &driver) {
    int version = 0;
    return driver.driver_version(&version) == CuResult::success ? cuda_version_text(version)
                                                                : "an unknown version";
}

} // namespace

bool loses_device(CuResult result) {
    constexpr std::array lost{CuResult::device_unavailable,    CuResult::ecc_uncorrectable,
                              CuResult::nvlink_uncorrectable,  CuResult::illegal_address,
                              CuResult::launch_timeout,        CuResult::context_is_destroyed,
                              CuResult::device_assert,         CuResult::hardware_stack_error,
                              CuResult::illegal_instruction,   CuResult::misaligned_address,
                              CuResult::invalid_address_space, CuResult::invalid_pc,
                              CuResult::launch_failed,         CuResult::external_device,
                              CuResult::deinitialized};
    return std::find(lost.begin(), lost.end(), result) != lost.end();
}

std::string remedy_of(const CudaDriver &driver, CuResult result) {
    if (loses_device(result)) {
        return "the GPU is lost to this process; the last checkpoint is good: restart, with "
               "--resume for a training run";
    }
    switch (result) {
    case CuResult::unsupported_ptx_version:
        return "the NVIDIA driver, for CUDA " + version_of(driver) + ", is too old for it";
    case CuResult::jit_compiler_not_found:
        return "the driver's PTX compiler (libnvidia-ptxjitcompiler.so.1) is missing: install it, "
               "or build with ptxas for this chip";
    case CuResult::no_binary_for_gpu:
    case CuResult::invalid_image:
    case CuResult::invalid_ptx:
        return "the driver cannot run this image: install a newer NVIDIA driver, or build again";
    case CuResult::launch_out_of_resources:
        return "a block needs more registers or threads than the device has: tune for this device";
    default:
        return {};
    }
}

void require_success(const CudaDriver &driver, CuResult result, const char *call,
                     const std::string &where) {
    if (result == CuResult::success) {
        return;
    }
    const std::string remedy = remedy_of(driver, result);
    throw CudaFailure(std::string(call) + " of " + where + ": " + result_name(driver, result) +
                          (remedy.empty() ? "" : ": " + remedy),
                      result == CuResult::out_of_memory);
}

std::string cuda_version_of_ptx(const std::string &text) {
    const std::string directive = ".version ";
    const size_t place = text.find(directive);
    if (place == std::string::npos) {
        return "11.0";
    }
    // ISA 7.x came with CUDA 11.x, 8.x with 12.x, 9.x with 13.x; see "Release Notes" in the PTX
    // ISA.
    char *end = nullptr;
    const long major = std::strtol(text.c_str() + place + directive.size(), &end, 10);
    const long minor = *end == '.' ? std::strtol(end + 1, nullptr, 10) : 0;
    return std::to_string(major + 4) + "." + std::to_string(minor);
}

} // namespace haliclr::runtime
