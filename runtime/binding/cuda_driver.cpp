// libcuda.so.1 opened at run time.
#include "runtime/binding/cuda_driver.h"

#include <dlfcn.h>

namespace haliclr::runtime {
namespace {

// Fills the table; returns the name of the first function that the library lacks.
class TableReader {
public:
    explicit TableReader(void *library) : library(library) {}

    template <typename Function>
    void read(Function *&function, const char *name) {
        function = reinterpret_cast<Function *>(dlsym(library, name));
        if (function == nullptr && missing.empty()) {
            missing = name;
        }
    }

    std::string missing;

private:
    void *library;
};

std::string read_table(void *library, CudaDriver &driver) {
    TableReader reader(library);
    reader.read(driver.init, "cuInit");
    reader.read(driver.driver_version, "cuDriverGetVersion");
    reader.read(driver.error_name, "cuGetErrorName");
    reader.read(driver.device_name, "cuDeviceGetName");
    reader.read(driver.device_attribute, "cuDeviceGetAttribute");
    reader.read(driver.primary_context, "cuDevicePrimaryCtxRetain");
    reader.read(driver.current_context, "cuCtxGetCurrent");
    reader.read(driver.set_current_context, "cuCtxSetCurrent");
    reader.read(driver.current_device, "cuCtxGetDevice");
    reader.read(driver.load_module, "cuModuleLoadDataEx");
    reader.read(driver.module_function, "cuModuleGetFunction");
    reader.read(driver.set_function_attribute, "cuFuncSetAttribute");
    reader.read(driver.launch, "cuLaunchKernel");
    reader.read(driver.stream_is_capturing, "cuStreamIsCapturing");
    reader.read(driver.exchange_capture_mode, "cuThreadExchangeStreamCaptureMode");
    return reader.missing;
}

struct Library {
    CudaDriver driver{};
    std::string problem;

    Library() {
        void *library = dlopen("libcuda.so.1", RTLD_LAZY | RTLD_LOCAL);
        if (library == nullptr) {
            problem = "no NVIDIA driver: libcuda.so.1 cannot be opened";
            return;
        }
        const std::string missing = read_table(library, driver);
        if (!missing.empty()) {
            problem = "the NVIDIA driver is too old: it lacks " + missing +
                      "; install one for CUDA 11.0 or newer";
            return;
        }
        const CuResult result = driver.init(0);
        if (result != CuResult::success) {
            problem = "the NVIDIA driver does not start: cuInit: " + result_name(driver, result) +
                      ": see nvidia-smi";
        }
    }
};

const Library &library() {
    static const Library loaded;
    return loaded;
}

} // namespace

const CudaDriver *cuda_driver() {
    return library().problem.empty() ? &library().driver : nullptr;
}

const std::string &cuda_driver_problem() {
    return library().problem;
}

std::string result_name(const CudaDriver &driver, CuResult result) {
    const char *name = nullptr;
    if (driver.error_name(result, &name) == CuResult::success && name != nullptr) {
        return name;
    }
    return "CUDA error " + std::to_string(static_cast<int>(result));
}

std::string capability_text(int chip) {
    return std::to_string(chip / 10) + "." + std::to_string(chip % 10);
}

int chip_of_device(const CudaDriver &driver, int device) {
    int major = 0, minor = 0;
    const bool known = driver.device_attribute(&major, CuDeviceAttribute::capability_major,
                                               device) == CuResult::success &&
                       driver.device_attribute(&minor, CuDeviceAttribute::capability_minor,
                                               device) == CuResult::success;
    return known ? 10 * major + minor : 0;
}

std::string device_name(const CudaDriver &driver, int device) {
    char name[256] = "";
    return driver.device_name(name, sizeof name, device) == CuResult::success ? name : "";
}

std::string cuda_version_text(int version) {
    return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

} // namespace haliclr::runtime
