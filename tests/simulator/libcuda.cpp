// The simulated device as a driver's library, libcuda.so.1, for programs that open one themselves:
// Halide's runtime under its JIT, and haliclr-tune. Names and numbers are those of cuda.h ("CUDA
// Driver API"); what nothing here calls is missing.
#include "tests/simulator/device.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

using namespace haliclr::simulator;

namespace {

enum : int { success = 0, not_found = 500, invalid_ptx = 218, launch_failed = 719 };

// Never destroyed: buffers may be freed while the process ends.
Device &device() {
    static Device &one = *new Device;
    return one;
}

void *pointer(uint64_t address) {
    return reinterpret_cast<void *>(address);
}

// Why a call fails goes to the standard error, and to the file that HALICLR_SIMULATOR_LOG names: a
// code cannot say it.
void report() {
    const char *const what = device().fault.c_str();
    std::fprintf(stderr, "simulated GPU: %s\n", what);
    if (const char *name = std::getenv("HALICLR_SIMULATOR_LOG")) {
        if (FILE *file = std::fopen(name, "a")) {
            std::fprintf(file, "%s\n", what);
            std::fclose(file);
        }
    }
}

int attribute(int number) {
    switch (number) {
    case 1: // threads of a block
        return 1024;
    case 8: // bytes of shared memory of a block
        return 48 << 10;
    case 75: // compute capability
        return 8;
    default:
        return 0;
    }
}

} // namespace

extern "C" {

struct CUDA_MEMCPY3D {
    size_t source_x, source_y, source_z, source_lod;
    int source_type;
    const void *source_host;
    uint64_t source_device;
    void *source_array, *reserved0;
    size_t source_pitch, source_height;
    size_t x, y, z, lod;
    int type;
    void *host;
    uint64_t device;
    void *array, *reserved1;
    size_t pitch, height;
    size_t width, rows, depth;
};

int cuInit(unsigned) {
    return success;
}
int cuDriverGetVersion(int *version) {
    *version = 13000;
    return success;
}
int cuDeviceGetCount(int *count) {
    *count = 1;
    return success;
}
int cuDeviceGet(int *given, int) {
    *given = 0;
    return success;
}
int cuDeviceGetName(char *name, int bytes, int) {
    std::snprintf(name, static_cast<size_t>(bytes), "simulated sm_80");
    return success;
}
int cuDeviceTotalMem_v2(size_t *bytes, int) {
    *bytes = size_t(1) << 30;
    return success;
}
int cuDeviceGetAttribute(int *value, int number, int) {
    *value = attribute(number);
    return success;
}
int cuCtxCreate_v2(void **context, unsigned, int) {
    *context = &device();
    return success;
}
int cuCtxDestroy_v2(void *) {
    return success;
}
int cuCtxGetApiVersion(void *, unsigned *version) {
    *version = 3020;
    return success;
}
int cuCtxGetDevice(int *given) {
    *given = 0;
    return success;
}
int cuCtxPushCurrent_v2(void *) {
    return success;
}
int cuCtxPopCurrent_v2(void **context) {
    *context = &device();
    return success;
}
int cuCtxSynchronize() {
    return device().is_lost() ? launch_failed : success;
}
int cuStreamSynchronize(void *) {
    return cuCtxSynchronize();
}
int cuProfilerStop() {
    return success;
}

int cuModuleLoadDataEx(void **module, const void *text, unsigned, int *, void **) {
    *module = device().load(static_cast<const char *>(text));
    if (*module == nullptr) {
        report();
    }
    return *module == nullptr ? invalid_ptx : success;
}
int cuModuleLoadData(void **module, const void *text) {
    return cuModuleLoadDataEx(module, text, 0, nullptr, nullptr);
}
int cuModuleUnload(void *) {
    return success;
}
int cuModuleGetFunction(void **function, void *module, const char *name) {
    *function = Device::find(*static_cast<Program *>(module), name);
    return *function == nullptr ? not_found : success;
}
int cuFuncSetAttribute(void *, int, int) {
    return success;
}

int cuMemAlloc_v2(uint64_t *address, size_t bytes) {
    *address = reinterpret_cast<uint64_t>(device().memory.allocate(bytes));
    return success;
}
int cuMemFree_v2(uint64_t address) {
    device().memory.release(pointer(address));
    return success;
}
int cuMemcpyHtoD_v2(uint64_t to, const void *from, size_t bytes) {
    std::memcpy(pointer(to), from, bytes);
    return cuCtxSynchronize();
}
int cuMemcpyDtoH_v2(void *to, uint64_t from, size_t bytes) {
    std::memcpy(to, pointer(from), bytes);
    return cuCtxSynchronize();
}
int cuMemcpyDtoD_v2(uint64_t to, uint64_t from, size_t bytes) {
    return cuMemcpyHtoD_v2(to, pointer(from), bytes);
}
int cuMemcpyHtoDAsync_v2(uint64_t to, const void *from, size_t bytes, void *) {
    return cuMemcpyHtoD_v2(to, from, bytes);
}
int cuMemcpyDtoHAsync_v2(void *to, uint64_t from, size_t bytes, void *) {
    return cuMemcpyDtoH_v2(to, from, bytes);
}
int cuMemcpyDtoDAsync_v2(uint64_t to, uint64_t from, size_t bytes, void *) {
    return cuMemcpyDtoD_v2(to, from, bytes);
}
int cuMemcpy3D_v2(const CUDA_MEMCPY3D *copy) {
    constexpr int host = 1;
    const auto *from = static_cast<const char *>(
        copy->source_type == host ? copy->source_host : pointer(copy->source_device));
    auto *to = static_cast<char *>(copy->type == host ? copy->host : pointer(copy->device));
    for (size_t z = 0; z < copy->depth; ++z) {
        for (size_t y = 0; y < copy->rows; ++y) {
            const size_t source =
                ((copy->source_z + z) * copy->source_height + copy->source_y + y) *
                    copy->source_pitch +
                copy->source_x;
            const size_t target =
                ((copy->z + z) * copy->height + copy->y + y) * copy->pitch + copy->x;
            std::memcpy(to + target, from + source, copy->width);
        }
    }
    return success;
}
int cuMemcpy3DAsync_v2(const CUDA_MEMCPY3D *copy, void *) {
    return cuMemcpy3D_v2(copy);
}
int cuPointerGetAttribute(void *, int, uint64_t) {
    return success;
}

int cuLaunchKernel(void *function, unsigned bx, unsigned by, unsigned bz, unsigned tx, unsigned ty,
                   unsigned tz, unsigned shared, void *, void **arguments, void **) {
    const Shape shape{{int(bx), int(by), int(bz)}, {int(tx), int(ty), int(tz)}, int(shared)};
    if (device().is_lost()) {
        return launch_failed;
    }
    if (!device().launch(*static_cast<const Function *>(function), shape, arguments)) {
        report();
        return launch_failed;
    }
    return success;
}

} // extern "C"
