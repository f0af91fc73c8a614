// A stand-in for NVIDIA's driver: records what it is asked for, runs nothing, and fails where told.
#pragma once

#include "runtime/binding/cuda_driver.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace haliclr::runtime {

// The last one made answers, as the driver's functions carry no state. Device i has the context i
// + 1.
class CudaStandIn {
public:
    struct Load {
        CuContext context;
        const void *image;
        std::vector<CuJitOption> options;
        CuCaptureMode capture; // of the thread, while it loaded
    };
    struct Launch {
        CuContext context;
        std::string function;
        std::vector<unsigned> shape; // blocks x y z, threads x y z, bytes of shared memory
        CuStream stream;
        std::vector<uint64_t> values; // of the arguments, where reads_values
    };

    std::vector<int> chips{80}; // by device
    int version = 13000;
    int most_shared_bytes = 99 << 10;
    std::map<std::string, CuResult> failing;        // by the driver's name of the function
    std::map<const void *, CuResult> failing_image; // by its address
    std::string compiler_log;
    bool reads_values = false; // of launches: an address and an int are passed

    std::vector<Load> loads;
    std::vector<std::string> looked_up;
    std::vector<int> allowed_shared_bytes; // by cuFuncSetAttribute
    std::vector<Launch> launches;

    CudaStandIn() : former(current()) { current() = this; }
    ~CudaStandIn() { current() = former; }
    CudaStandIn(const CudaStandIn &) = delete;
    CudaStandIn &operator=(const CudaStandIn &) = delete;

    static CuContext context_of(int device) {
        return reinterpret_cast<CuContext>(static_cast<uintptr_t>(device) + 1);
    }

    static const CudaDriver &table() {
        static const CudaDriver driver{init,
                                       driver_version,
                                       error_name,
                                       device_name,
                                       device_attribute,
                                       primary_context,
                                       current_context,
                                       set_current_context,
                                       current_device,
                                       load_module,
                                       module_function,
                                       set_function_attribute,
                                       launch,
                                       stream_is_capturing,
                                       exchange_capture_mode};
        return driver;
    }

private:
    CudaStandIn *const former;
    std::mutex mutex;
    std::vector<std::string> functions; // the handle is the index + 1

    static CudaStandIn *&current() {
        static CudaStandIn *one = nullptr;
        return one;
    }
    static CuContext &thread_context() {
        thread_local CuContext context = nullptr;
        return context;
    }
    static CuCaptureMode &thread_capture() {
        thread_local CuCaptureMode mode = CuCaptureMode::global;
        return mode;
    }

    static CuResult result_of(const std::string &function) {
        const std::lock_guard lock(current()->mutex);
        const auto found = current()->failing.find(function);
        return found == current()->failing.end() ? CuResult::success : found->second;
    }

    static CuResult init(unsigned) { return result_of("cuInit"); }
    static CuResult driver_version(int *value) {
        *value = current()->version;
        return result_of("cuDriverGetVersion");
    }
    static CuResult error_name(CuResult result, const char **name) {
        static const std::map<CuResult, const char *> names{
            {CuResult::invalid_value, "CUDA_ERROR_INVALID_VALUE"},
            {CuResult::out_of_memory, "CUDA_ERROR_OUT_OF_MEMORY"},
            {CuResult::no_binary_for_gpu, "CUDA_ERROR_NO_BINARY_FOR_GPU"},
            {CuResult::invalid_ptx, "CUDA_ERROR_INVALID_PTX"},
            {CuResult::unsupported_ptx_version, "CUDA_ERROR_UNSUPPORTED_PTX_VERSION"},
            {CuResult::not_found, "CUDA_ERROR_NOT_FOUND"},
            {CuResult::illegal_address, "CUDA_ERROR_ILLEGAL_ADDRESS"},
            {CuResult::launch_out_of_resources, "CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES"}};
        const auto found = names.find(result);
        *name = found == names.end() ? nullptr : found->second;
        return found == names.end() ? CuResult::invalid_value : CuResult::success;
    }
    static CuResult device_name(char *name, int bytes, int device) {
        const int chip = current()->chips.at(static_cast<size_t>(device));
        std::snprintf(name, static_cast<size_t>(bytes), "chip %d", chip);
        return result_of("cuDeviceGetName");
    }
    static CuResult device_attribute(int *value, CuDeviceAttribute attribute, int device) {
        const int chip = current()->chips.at(static_cast<size_t>(device));
        *value = attribute == CuDeviceAttribute::capability_major   ? chip / 10
                 : attribute == CuDeviceAttribute::capability_minor ? chip % 10
                                                                    : current()->most_shared_bytes;
        return result_of("cuDeviceGetAttribute");
    }
    static CuResult primary_context(CuContext *context, int device) {
        *context = context_of(device);
        return result_of("cuDevicePrimaryCtxRetain");
    }
    static CuResult current_context(CuContext *context) {
        *context = thread_context();
        return result_of("cuCtxGetCurrent");
    }
    static CuResult set_current_context(CuContext context) {
        thread_context() = context;
        return result_of("cuCtxSetCurrent");
    }
    static CuResult current_device(int *device) {
        *device = static_cast<int>(reinterpret_cast<uintptr_t>(thread_context())) - 1;
        return result_of("cuCtxGetDevice");
    }
    static CuResult load_module(CuModule *module, const void *image, unsigned count,
                                CuJitOption *names, void **values) {
        const CuResult result = result_of("cuModuleLoadDataEx");
        CudaStandIn &driver = *current();
        const std::lock_guard lock(driver.mutex);
        driver.loads.push_back({thread_context(), image, {names, names + count}, thread_capture()});
        if (count > 0) {
            std::strcpy(static_cast<char *>(values[0]), driver.compiler_log.c_str());
        }
        *module = reinterpret_cast<CuModule>(driver.loads.size());
        const auto failing = driver.failing_image.find(image);
        return failing == driver.failing_image.end() ? result : failing->second;
    }
    static CuResult module_function(CuFunction *function, CuModule, const char *name) {
        const CuResult result = result_of("cuModuleGetFunction");
        const std::lock_guard lock(current()->mutex);
        current()->looked_up.emplace_back(name);
        current()->functions.emplace_back(name);
        *function = reinterpret_cast<CuFunction>(current()->functions.size());
        return result;
    }
    static CuResult set_function_attribute(CuFunction, CuFunctionAttribute, int value) {
        const CuResult result = result_of("cuFuncSetAttribute");
        const std::lock_guard lock(current()->mutex);
        current()->allowed_shared_bytes.push_back(value);
        return result;
    }
    static CuResult launch(CuFunction function, unsigned bx, unsigned by, unsigned bz, unsigned tx,
                           unsigned ty, unsigned tz, unsigned shared, CuStream stream,
                           void **arguments, void **) {
        const CuResult result = result_of("cuLaunchKernel");
        CudaStandIn &driver = *current();
        const std::lock_guard lock(driver.mutex);
        const size_t index = reinterpret_cast<uintptr_t>(function) - 1;
        driver.launches.push_back(
            {thread_context(),
             driver.functions.at(index),
             {bx, by, bz, tx, ty, tz, shared},
             stream,
             driver.reads_values ? values_of(arguments) : std::vector<uint64_t>()});
        return result;
    }
    static std::vector<uint64_t> values_of(void **arguments) {
        return {*static_cast<uint64_t *>(arguments[0]),
                static_cast<uint64_t>(*static_cast<int *>(arguments[1]))};
    }
    static CuResult stream_is_capturing(CuStream, int *status) {
        *status = 0;
        return result_of("cuStreamIsCapturing");
    }
    static CuResult exchange_capture_mode(CuCaptureMode *mode) {
        std::swap(*mode, thread_capture());
        return result_of("cuThreadExchangeStreamCaptureMode");
    }
};

} // namespace haliclr::runtime
