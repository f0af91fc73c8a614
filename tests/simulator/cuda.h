// A CUDA device without a GPU: the driver's functions over the simulator of PTX. The device's
// memory is the host's, so that CPU tensors lie in it.
#pragma once

#include "runtime/binding/cuda_runtime.h"
#include "tests/simulator/device.h"

namespace haliclr::simulator {

// A device of compute capability 8.0, as the kernels' PTX asks for. The last one made answers.
class Cuda {
public:
    Cuda();
    ~Cuda();
    Cuda(const Cuda &) = delete;
    Cuda &operator=(const Cuda &) = delete;

    Device device;

    // For replace_cuda_runtime().
    runtime::CudaRuntime &runtime() { return own; }

private:
    struct Scratch : runtime::ScratchMemory {
        DeviceMemory &memory;
        explicit Scratch(DeviceMemory &memory) : memory(memory) {}
        void *allocate(size_t bytes) override { return memory.allocate(bytes); }
        void release(void *bytes) override { memory.release(bytes); }
    };

    Cuda *const former;
    Scratch scratch{device.memory};
    runtime::CudaRuntime own;

    static Cuda *&current();
    static const runtime::CudaDriver &table();
    static runtime::CuResult load(runtime::CuModule *, const void *image, unsigned,
                                  runtime::CuJitOption *, void **);
    static runtime::CuResult launch(runtime::CuFunction, unsigned bx, unsigned by, unsigned bz,
                                    unsigned tx, unsigned ty, unsigned tz, unsigned shared,
                                    runtime::CuStream, void **arguments, void **);
};

} // namespace haliclr::simulator
