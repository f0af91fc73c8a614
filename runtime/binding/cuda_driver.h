// The functions of NVIDIA's driver that kernels are run with, in one table: loaded from
// libcuda.so.1 at run time, so that nothing needs the driver or its headers to build; a test writes
// its own table. Names and numbers are those of cuda.h ("CUDA Driver API").
#pragma once

#include <string>

struct CUctx_st;
struct CUmod_st;
struct CUfunc_st;
struct CUstream_st;

namespace haliclr::runtime {

using CuContext = CUctx_st *;
using CuModule = CUmod_st *;
using CuFunction = CUfunc_st *;
using CuStream = CUstream_st *;

// Codes that the runtime tells apart; any other value may come too.
enum class CuResult : int {
    success = 0,
    invalid_value = 1,
    out_of_memory = 2,
    deinitialized = 4,
    device_unavailable = 46,
    invalid_image = 200,
    no_binary_for_gpu = 209,
    ecc_uncorrectable = 214,
    invalid_ptx = 218,
    nvlink_uncorrectable = 220,
    jit_compiler_not_found = 221,
    unsupported_ptx_version = 222,
    not_found = 500,
    illegal_address = 700,
    launch_out_of_resources = 701,
    launch_timeout = 702,
    context_is_destroyed = 709,
    device_assert = 710,
    hardware_stack_error = 714,
    illegal_instruction = 715,
    misaligned_address = 716,
    invalid_address_space = 717,
    invalid_pc = 718,
    launch_failed = 719,
    external_device = 911,
};

enum class CuDeviceAttribute : int {
    capability_major = 75,
    capability_minor = 76,
    most_shared_bytes_by_request = 97, // MAX_SHARED_MEMORY_PER_BLOCK_OPTIN
};

enum class CuFunctionAttribute : int { most_dynamic_shared_bytes = 8 };

enum class CuJitOption : int { max_registers = 0, error_log = 5, error_log_bytes = 6 };

enum class CuCaptureMode : int { global = 0, thread_local_ = 1, relaxed = 2 };

struct CudaDriver {
    CuResult (*init)(unsigned flags);
    CuResult (*driver_version)(int *version); // 1000 * major + 10 * minor
    CuResult (*error_name)(CuResult, const char **name);
    CuResult (*device_name)(char *name, int bytes, int device);
    CuResult (*device_attribute)(int *value, CuDeviceAttribute, int device);
    CuResult (*primary_context)(CuContext *, int device); // retains it
    CuResult (*current_context)(CuContext *);
    CuResult (*set_current_context)(CuContext);
    CuResult (*current_device)(int *device); // of the current context
    CuResult (*load_module)(CuModule *, const void *image, unsigned options, CuJitOption *names,
                            void **values);
    CuResult (*module_function)(CuFunction *, CuModule, const char *name);
    CuResult (*set_function_attribute)(CuFunction, CuFunctionAttribute, int value);
    CuResult (*launch)(CuFunction, unsigned blocks_x, unsigned blocks_y, unsigned blocks_z,
                       unsigned threads_x, unsigned threads_y, unsigned threads_z,
                       unsigned shared_bytes, CuStream, void **arguments, void **extra);
    CuResult (*stream_is_capturing)(CuStream, int *status);
    CuResult (*exchange_capture_mode)(CuCaptureMode *); // of this thread; returns the former one
};

// The table of libcuda.so.1, initialised; null where there is no usable driver.
const CudaDriver *cuda_driver();

// Empty, or why cuda_driver() is null and what to do.
const std::string &cuda_driver_problem();

// The driver's name of a code, such as CUDA_ERROR_OUT_OF_MEMORY.
std::string result_name(const CudaDriver &driver, CuResult result);

// The first chip that has what the kernels' PTX uses.
inline constexpr int oldest_chip = 80;

// "8.6" from 86.
std::string capability_text(int chip);

// 10 * major + minor of the device's compute capability, such as 86; 0 where the driver fails.
int chip_of_device(const CudaDriver &driver, int device);

// The device's name, such as "NVIDIA H100 80GB HBM3"; empty where the driver fails.
std::string device_name(const CudaDriver &driver, int device);

// "11.0" from 11000.
std::string cuda_version_text(int version);

} // namespace haliclr::runtime
