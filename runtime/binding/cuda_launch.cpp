// Arguments of a launch, and the launch.
#include "runtime/binding/cuda_launch.h"

#include "runtime/binding/cuda_failure.h"

#include <HalideRuntime.h>

#include <algorithm>

namespace haliclr::runtime {
namespace {

// Addresses of the arguments' values, as cuLaunchKernel takes them.
class ArgumentList {
public:
    explicit ArgumentList(const LaunchArguments &given) {
        size_t count = 0;
        while (given.sizes[count] != 0) {
            ++count;
        }
        addresses.resize(count);
        device_pointers.resize(count);
        for (size_t i = 0; i < count; ++i) {
            addresses[i] = given.values[i];
            if (given.is_buffer[i]) {
                const auto *buffer = static_cast<const halide_buffer_t *>(given.values[i]);
                device_pointers[i] = buffer->device;
                addresses[i] = &device_pointers[i];
            }
        }
    }
    ArgumentList(const ArgumentList &) = delete;
    ArgumentList &operator=(const ArgumentList &) = delete;

    void **data() { return addresses.data(); }

private:
    std::vector<void *> addresses;
    std::vector<uint64_t> device_pointers;
};

std::string shape_text(const LaunchShape &shape) {
    const auto product = [](const std::array<int, 3> &n) {
        return std::to_string(n[0]) + " x " + std::to_string(n[1]) + " x " + std::to_string(n[2]);
    };
    return product(shape.blocks) + " blocks of " + product(shape.threads) + " threads and " +
           std::to_string(shape.shared_bytes) + " bytes of shared memory";
}

} // namespace

void launch(const CudaDriver &driver, CudaModules &modules, const KernelText &kernel,
            const CudaPlace &place, const char *entry, const LaunchShape &shape,
            const LaunchArguments &arguments) {
    const auto &[blocks, threads, shared_bytes] = shape;
    if (std::find(blocks.begin(), blocks.end(), 0) != blocks.end()) {
        return;
    }
    const CuFunction function = modules.function(kernel, place, entry, shared_bytes);
    ArgumentList list(arguments);
    const CuResult result =
        driver.launch(function, blocks[0], blocks[1], blocks[2], threads[0], threads[1], threads[2],
                      shared_bytes, place.stream, list.data(), nullptr);
    if (result != CuResult::success) {
        require_success(driver, result, "cuLaunchKernel",
                        std::string(entry) + " (" + shape_text(shape) + ") in " +
                            modules.where(kernel, place));
    }
}

} // namespace haliclr::runtime
