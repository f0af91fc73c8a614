// Loading of device code.
#include "runtime/binding/cuda_modules.h"

#include "runtime/binding/cuda_failure.h"

#include <array>
#include <cstdlib>
#include <cstring>

namespace haliclr::runtime {
namespace {

constexpr int shared_without_request = 48 << 10; // bytes that every function may use

// Loading allocates and copies, which a capture in the strict modes forbids to its thread.
class RelaxedCapture {
public:
    explicit RelaxedCapture(const CudaDriver &driver) : driver(driver) {
        driver.exchange_capture_mode(&mode);
    }
    ~RelaxedCapture() { driver.exchange_capture_mode(&mode); }
    RelaxedCapture(const RelaxedCapture &) = delete;
    RelaxedCapture &operator=(const RelaxedCapture &) = delete;

private:
    const CudaDriver &driver;
    CuCaptureMode mode = CuCaptureMode::relaxed;
};

struct Attempt {
    CuResult result;
    CuModule module = nullptr;
    std::string log; // the first line that the driver's compiler wrote
};

Attempt load_cubin(const CudaDriver &driver, const void *cubin) {
    Attempt attempt{};
    attempt.result = driver.load_module(&attempt.module, cubin, 0, nullptr, nullptr);
    return attempt;
}

// Without a limit on registers, unlike Halide's own loader, unless the variable sets one.
Attempt compile(const CudaDriver &driver, const char *ptx) {
    std::array<char, 1024> log{};
    std::array names{CuJitOption::error_log, CuJitOption::error_log_bytes,
                     CuJitOption::max_registers};
    std::array<void *, 3> values{log.data(), reinterpret_cast<void *>(log.size())};
    unsigned options = 2;
    if (const char *most = std::getenv("HL_CUDA_JIT_MAX_REGISTERS")) {
        values[options++] = reinterpret_cast<void *>(std::strtoul(most, nullptr, 10));
    }
    Attempt attempt{};
    attempt.result = driver.load_module(&attempt.module, ptx, options, names.data(), values.data());
    log.back() = '\0';
    attempt.log.assign(log.data(), std::strcspn(log.data(), "\n"));
    return attempt;
}

// Whether another image of the kernel may do better: not where the device is lost or full.
bool worth_another(CuResult result) {
    return result == CuResult::no_binary_for_gpu || result == CuResult::invalid_image ||
           result == CuResult::unsupported_ptx_version || result == CuResult::invalid_ptx;
}

} // namespace

ImageChoice image_choice(const std::string &name) {
    if (name.empty() || name == "any") {
        return ImageChoice::any;
    }
    if (name == "ptx") {
        return ImageChoice::ptx;
    }
    throw std::invalid_argument("HALICLR_CUDA_IMAGES=" + name +
                                ": unknown choice: use any or ptx, or unset it");
}

void CudaModules::load(const KernelText &kernel, const CudaPlace &place) {
    if (loaded(kernel, place)) {
        return;
    }
    const std::lock_guard one_at_a_time(loading);
    if (loaded(kernel, place)) {
        return;
    }
    const CuModule handle = load_best(kernel, place);
    const std::unique_lock lock(table);
    modules[{place.context, &kernel}].handle = handle;
}

bool CudaModules::loaded(const KernelText &kernel, const CudaPlace &place) const {
    const std::shared_lock lock(table);
    return modules.count({place.context, &kernel}) != 0;
}

CuModule CudaModules::load_best(const KernelText &kernel, const CudaPlace &place) const {
    const int chip = chip_of_device(driver, place.device);
    if (chip < oldest_chip) {
        throw CudaFailure(where(kernel, place) + ": the device has compute capability " +
                              capability_text(chip) +
                              ": kernels need 8.0 (Ampere) or newer: move the "
                              "tensors to the cpu",
                          false);
    }
    const RelaxedCapture relaxed(driver);
    const char *ptx = kernel.ptx.data();
    Attempt attempt{CuResult::no_binary_for_gpu, nullptr, {}};
    for (const DeviceImage *image : images_for(images, kernel.ptx, chip)) {
        if (image->chip == 0) {
            ptx = image->begin != nullptr ? reinterpret_cast<const char *>(image->begin) : ptx;
        } else if (choice == ImageChoice::any && worth_another(attempt.result)) {
            attempt = load_cubin(driver, image->begin);
        }
    }
    if (worth_another(attempt.result)) {
        attempt = compile(driver, ptx);
    }
    if (attempt.result == CuResult::unsupported_ptx_version) {
        attempt.log = "install a driver for CUDA " + cuda_version_of_ptx(ptx) + " or newer";
    }
    require_success(driver, attempt.result, "cuModuleLoadDataEx",
                    where(kernel, place) + (attempt.log.empty() ? "" : " (" + attempt.log + ")"));
    return attempt.module;
}

std::string CudaModules::where(const KernelText &kernel, const CudaPlace &place) const {
    const auto known = images_for(images, kernel.ptx, 0);
    return (known.empty() ? std::string("a kernel") : known.front()->kernel) +
           " on cuda:" + std::to_string(place.device);
}

CuFunction CudaModules::function(const KernelText &kernel, const CudaPlace &place,
                                 const char *entry, int shared_bytes) {
    {
        const std::shared_lock lock(table);
        const Function *known = find(kernel, place, entry);
        if (known != nullptr && known->shared_bytes >= shared_bytes) {
            return known->handle;
        }
    }
    const std::unique_lock lock(table);
    Function *known = find(kernel, place, entry);
    if (known == nullptr) {
        const auto module = modules.find({place.context, &kernel});
        if (module == modules.end()) {
            throw CudaFailure(where(kernel, place) + ": launched before it was loaded", false);
        }
        CuFunction handle = nullptr;
        require_success(driver, driver.module_function(&handle, module->second.handle, entry),
                        "cuModuleGetFunction", std::string(entry) + " in " + where(kernel, place));
        known =
            &module->second.functions.emplace_back(Function{entry, handle, shared_without_request});
    }
    if (shared_bytes > known->shared_bytes) {
        allow_shared(*known, shared_bytes, place);
    }
    return known->handle;
}

CudaModules::Function *CudaModules::find(const KernelText &kernel, const CudaPlace &place,
                                         const char *entry) {
    const auto module = modules.find({place.context, &kernel});
    if (module == modules.end()) {
        return nullptr;
    }
    for (Function &function : module->second.functions) {
        if (function.entry == entry) {
            return &function;
        }
    }
    return nullptr;
}

void CudaModules::allow_shared(Function &function, int bytes, const CudaPlace &place) const {
    const std::string where = function.entry + " on cuda:" + std::to_string(place.device);
    int most = 0;
    require_success(driver,
                    driver.device_attribute(&most, CuDeviceAttribute::most_shared_bytes_by_request,
                                            place.device),
                    "cuDeviceGetAttribute", where);
    if (bytes > most) {
        throw CudaFailure(where + ": a block needs " + std::to_string(bytes) +
                              " bytes of shared memory, the device has " + std::to_string(most) +
                              ": tune for this device, or build with smaller tiles",
                          false);
    }
    require_success(driver,
                    driver.set_function_attribute(
                        function.handle, CuFunctionAttribute::most_dynamic_shared_bytes, bytes),
                    "cuFuncSetAttribute", where);
    function.shared_bytes = bytes;
}

} // namespace haliclr::runtime
