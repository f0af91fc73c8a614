// Modules of device code: each kernel's loaded once in a context, each of its functions looked up
// once.
#pragma once

#include "runtime/binding/cuda_driver.h"
#include "runtime/binding/device_images.h"

#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace haliclr::runtime {

// Where a kernel runs: LibTorch's current device and stream, and that device's primary context,
// which is current on this thread.
struct CudaPlace {
    CuContext context = nullptr;
    int device = 0;
    CuStream stream = nullptr; // null: the default stream
};

// The PTX inside a compiled kernel, as Halide hands it over; its address stands for the kernel.
struct KernelText {
    std::string_view ptx;
};

// Which images may be loaded: every one, or PTX alone (HALICLR_CUDA_IMAGES=ptx), which the driver
// compiles for whatever device it finds.
enum class ImageChoice { any, ptx };

// "" or "any", "ptx"; anything else throws std::invalid_argument.
ImageChoice image_choice(const std::string &name);

// All functions throw CudaFailure, and may be called from several threads.
class CudaModules {
public:
    CudaModules(const CudaDriver &driver, std::span<const DeviceImage> images, ImageChoice choice)
        : driver(driver), images(images), choice(choice) {}

    // Does nothing where the kernel is loaded in this context already. A failed load is tried anew
    // by the next call. Legal while a stream is captured.
    void load(const KernelText &kernel, const CudaPlace &place);

    // A function of a loaded kernel, allowed to be launched with that much dynamic shared memory:
    // more than 48 KiB must be asked for.
    CuFunction function(const KernelText &kernel, const CudaPlace &place, const char *entry,
                        int shared_bytes);

    // "haliclr_unit_rows_cuda on cuda:1", for messages.
    std::string where(const KernelText &kernel, const CudaPlace &place) const;

private:
    struct Function {
        std::string entry;
        CuFunction handle;
        int shared_bytes; // that it may be launched with
    };
    struct Module {
        CuModule handle = nullptr;
        std::vector<Function> functions; // a kernel has a few
    };

    const CudaDriver &driver;
    const std::span<const DeviceImage> images;
    const ImageChoice choice;
    std::mutex loading;              // one compilation at a time; launches go on
    mutable std::shared_mutex table; // guards `modules` and what they hold
    std::map<std::pair<CuContext, const KernelText *>, Module> modules;

    bool loaded(const KernelText &kernel, const CudaPlace &place) const;
    CuModule load_best(const KernelText &kernel, const CudaPlace &place) const;
    Function *find(const KernelText &kernel, const CudaPlace &place, const char *entry);
    void allow_shared(Function &function, int bytes, const CudaPlace &place) const;
};

} // namespace haliclr::runtime
