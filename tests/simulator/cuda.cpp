// What cannot fail on this device answers with success.
#include "tests/simulator/cuda.h"

#include <cstdio>

namespace haliclr::simulator {

using namespace runtime;

namespace {

const CuContext context = reinterpret_cast<CuContext>(1);

CudaPlace place() {
    return {context, 0, nullptr};
}

CuResult give_number(int *value, int given) {
    *value = given;
    return CuResult::success;
}

CuResult device_attribute(int *value, CuDeviceAttribute attribute, int) {
    constexpr int shared_bytes = 163 << 10; // of an A100
    return give_number(value, attribute == CuDeviceAttribute::capability_major   ? 8
                              : attribute == CuDeviceAttribute::capability_minor ? 0
                                                                                 : shared_bytes);
}

CuResult error_name(CuResult result, const char **name) {
    *name = result == CuResult::invalid_ptx ? "CUDA_ERROR_INVALID_PTX"
            : result == CuResult::not_found ? "CUDA_ERROR_NOT_FOUND"
                                            : "CUDA_ERROR_LAUNCH_FAILED";
    return CuResult::success;
}

CuResult give_context(CuContext *given) {
    *given = context;
    return CuResult::success;
}

CuResult find(CuFunction *function, CuModule module, const char *name) {
    *function =
        reinterpret_cast<CuFunction>(Device::find(*reinterpret_cast<Program *>(module), name));
    return *function == nullptr ? CuResult::not_found : CuResult::success;
}

} // namespace

Cuda *&Cuda::current() {
    static Cuda *one = nullptr;
    return one;
}

const CudaDriver &Cuda::table() {
    static const CudaDriver driver{
        [](unsigned) { return CuResult::success; },
        [](int *version) { return give_number(version, 13000); },
        error_name,
        [](char *name, int bytes, int) {
            std::snprintf(name, static_cast<size_t>(bytes), "simulated sm_80");
            return CuResult::success;
        },
        device_attribute,
        [](CuContext *given, int) { return give_context(given); },
        give_context,
        [](CuContext) { return CuResult::success; },
        [](int *device) { return give_number(device, 0); },
        load,
        find,
        [](CuFunction, CuFunctionAttribute, int) { return CuResult::success; },
        launch,
        [](CuStream, int *status) { return give_number(status, 0); },
        [](CuCaptureMode *) { return CuResult::success; }};
    return driver;
}

Cuda::Cuda()
    : former(current()), own{table(),
                             place,
                             scratch,
                             {table(), device_images(), ImageChoice::ptx},
                             true} {
    current() = this;
}

Cuda::~Cuda() {
    current() = former;
}

CuResult Cuda::load(CuModule *module, const void *image, unsigned, CuJitOption *, void **) {
    Program *const program = current()->device.load(static_cast<const char *>(image));
    *module = reinterpret_cast<CuModule>(program);
    return program == nullptr ? CuResult::invalid_ptx : CuResult::success;
}

CuResult Cuda::launch(CuFunction function, unsigned bx, unsigned by, unsigned bz, unsigned tx,
                      unsigned ty, unsigned tz, unsigned shared, CuStream, void **arguments,
                      void **) {
    const Shape shape{{int(bx), int(by), int(bz)}, {int(tx), int(ty), int(tz)}, int(shared)};
    const bool done =
        current()->device.launch(*reinterpret_cast<const Function *>(function), shape, arguments);
    return done ? CuResult::success : CuResult::launch_failed;
}

} // namespace haliclr::simulator
