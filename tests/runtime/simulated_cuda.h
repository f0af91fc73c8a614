// The CUDA kernels without a GPU: LibTorch's CPU tensors lie in the memory of a simulated device,
// which runs the kernels' PTX (tests/simulator/). It refuses accesses outside a tensor, races, and
// barriers that not all threads get to, so that a test need only compare results.
#pragma once

#include "tests/simulator/cuda.h"

#include <c10/core/CPUAllocator.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>

namespace haliclr::runtime {

// LibTorch's allocator of CPU tensors, in the memory of a device. New tensors hold NaN.
class DeviceTensors : public c10::Allocator {
public:
    explicit DeviceTensors(simulator::DeviceMemory &memory) { lender() = &memory; }

    c10::DataPtr allocate(size_t bytes) override {
        void *const data = bytes == 0 ? nullptr : lender()->allocate(bytes);
        return {data, data, release, c10::Device(c10::DeviceType::CPU)};
    }
    c10::DeleterFnPtr raw_deleter() const override { return release; }
    void copy_data(void *to, const void *from, size_t bytes) const override {
        std::memcpy(to, from, bytes);
    }

private:
    static simulator::DeviceMemory *&lender() {
        static simulator::DeviceMemory *one = nullptr;
        return one;
    }
    static void release(void *data) {
        if (data != nullptr) {
            lender()->release(data);
        }
    }
};

// The device of the process, never destroyed: tensors may live as long as the process.
inline simulator::Cuda &simulated_cuda() {
    static simulator::Cuda &device = *new simulator::Cuda;
    return device;
}

// From the first test on all tensors lie on the device, as the runtime keeps some.
class TensorsOnSimulatedCuda : public testing::Environment {
    void SetUp() override {
        c10::SetCPUAllocator(new DeviceTensors(simulated_cuda().device.memory), 1);
    }
};
inline testing::Environment *const tensors_on_simulated_cuda =
    testing::AddGlobalTestEnvironment(new TensorsOnSimulatedCuda);

// Kernels run on the simulated device for its lifetime; a fault of theirs fails the test.
class OnSimulatedCuda {
public:
    OnSimulatedCuda() {
        simulated_cuda().device.fault.clear();
        replace_cuda_runtime(&simulated_cuda().runtime());
        setenv("HALICLR_BACKEND", "cuda", 1);
    }
    ~OnSimulatedCuda() {
        EXPECT_EQ(simulated_cuda().device.fault, "");
        unsetenv("HALICLR_BACKEND");
        replace_cuda_runtime(nullptr);
    }
    OnSimulatedCuda(const OnSimulatedCuda &) = delete;
    OnSimulatedCuda &operator=(const OnSimulatedCuda &) = delete;
};

} // namespace haliclr::runtime
