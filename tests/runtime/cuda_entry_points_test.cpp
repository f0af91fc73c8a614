// Compiled CUDA kernels over a stand-in for the driver: their host code runs, nothing is computed.
// What they launch, allocate and report shows that the entry points are ours and not Halide's.
#include "runtime/binding/call.h"
#include "runtime/binding/cuda.h"
#include "runtime/binding/cuda_failure.h"
#include "runtime/binding/cuda_kernels.h"
#include "runtime/binding/cuda_runtime.h"
#include "runtime/binding/errors.h"
#include "runtime/ops/kernels.h"
#include "tests/runtime/backends.h"
#include "tests/runtime/cuda_stand_in.h"

#include <HalideRuntimeCuda.h>

#include <memory>
#include <set>
#include <thread>

namespace haliclr::runtime {
namespace {

// Lends addresses and keeps account of them.
class CountedScratch : public ScratchMemory {
public:
    std::multiset<size_t> sizes;
    std::set<void *> lent;
    bool full = false;
    std::mutex mutex;

    void *allocate(size_t bytes) override {
        if (full) {
            throw CudaFailure("scratch memory of " + std::to_string(bytes) +
                                  " bytes: CUDA_ERROR_OUT_OF_MEMORY",
                              true);
        }
        const std::lock_guard lock(mutex);
        sizes.insert(bytes);
        next += 1 << 20;
        return *lent.insert(reinterpret_cast<void *>(next)).first;
    }
    void release(void *memory) override {
        const std::lock_guard lock(mutex);
        EXPECT_EQ(lent.erase(memory), 1u);
    }

private:
    uintptr_t next = 1 << 30;
};

// A buffer with an address on the device and no memory behind it.
class DeviceBuffer {
public:
    DeviceBuffer(halide_type_t type, const std::vector<int> &extents) : dimensions(extents.size()) {
        int stride = 1;
        for (size_t i = 0; i < extents.size(); ++i) {
            dimensions[i] = halide_dimension_t(0, extents[i], stride);
            stride *= extents[i];
        }
        buffer.type = type;
        buffer.dimensions = static_cast<int>(extents.size());
        buffer.dim = dimensions.data();
        halide_cuda_wrap_device_ptr(nullptr, &buffer, 1 << 20);
        buffer.set_device_dirty();
    }
    ~DeviceBuffer() { halide_cuda_detach_device_ptr(nullptr, &buffer); }
    DeviceBuffer(const DeviceBuffer &) = delete;
    DeviceBuffer &operator=(const DeviceBuffer &) = delete;
    halide_buffer_t *get() { return &buffer; }

private:
    std::vector<halide_dimension_t> dimensions;
    halide_buffer_t buffer{};
};

class CudaEntryPoints : public testing::Test {
protected:
    CudaStandIn driver;
    CountedScratch scratch;
    std::unique_ptr<CudaRuntime> cuda;
    static inline thread_local int device = 0;

    void SetUp() override {
        install_error_handler();
        install_cuda_hooks();
        start(device_images());
    }
    // A runtime that has loaded nothing yet.
    void start(std::span<const DeviceImage> images) {
        cuda.reset(new CudaRuntime{driver.table(),
                                   [this] { return here(); },
                                   scratch,
                                   {driver.table(), images, ImageChoice::any}});
        replace_cuda_runtime(cuda.get());
    }
    void TearDown() override {
        replace_cuda_runtime(nullptr);
        EXPECT_TRUE(scratch.lent.empty());
    }

    CudaPlace here() {
        driver.table().set_current_context(CudaStandIn::context_of(device));
        return {CudaStandIn::context_of(device), device, stream()};
    }
    static CuStream stream() {
        return reinterpret_cast<CuStream>(static_cast<uintptr_t>(device) + 7);
    }

    int unit_rows(ErrorSink &errors, int rows = 6, int columns = 40) {
        const halide_type_t type(halide_type_float, 32);
        DeviceBuffer z(type, {columns, rows}), norms(type, {rows}), unit(type, {64, rows});
        return kernels::unit_rows.cuda(&errors, z.get(), norms.get(), unit.get());
    }

    int ntxent_forward(ErrorSink &errors, int rows = 70, int columns = 128) {
        const halide_type_t type(halide_type_float, 32);
        DeviceBuffer unit(type, {columns, rows}), statistics(type, {3}), state(type, {rows, 3});
        return haliclr_ntxent_forward_cuda(&errors, unit.get(), 2.0F, 0.0F, false, statistics.get(),
                                           state.get());
    }
};

TEST_F(CudaEntryPoints, AKernelRunsOnTheCurrentStreamWithLentScratch) {
    ErrorSink errors;
    ASSERT_EQ(unit_rows(errors), 0) << errors.message();
    EXPECT_EQ(driver.loads.size(), 1u);
    EXPECT_EQ(driver.launches.size(), 4u);
    EXPECT_EQ(scratch.sizes.size(), 1u); // the norms
    for (const CudaStandIn::Launch &launch : driver.launches) {
        EXPECT_EQ(launch.stream, stream());
    }
    ASSERT_EQ(unit_rows(errors), 0);
    EXPECT_EQ(driver.loads.size(), 1u);
    EXPECT_EQ(driver.looked_up.size(), 4u);
    EXPECT_EQ(driver.launches.size(), 8u);
}

TEST_F(CudaEntryPoints, EveryKernelOfALossLaunchesWithoutCopies) {
    ErrorSink errors;
    ASSERT_EQ(ntxent_forward(errors), 0) << errors.message();
    EXPECT_GT(driver.launches.size(), 4u);
    EXPECT_GT(scratch.sizes.size(), 2u);
    const auto shares = [](const CudaStandIn::Launch &launch) { return launch.shape[6] > 0; };
    EXPECT_TRUE(std::any_of(driver.launches.begin(), driver.launches.end(), shares));
}

// The build embedded a cubin for each of its chips under the hash of what Halide put into the
// kernel.
TEST_F(CudaEntryPoints, TheBuildsImagesBelongToTheKernels) {
    const std::vector<int> chips = image_chips(device_images());
    if (chips.empty()) {
        GTEST_SKIP() << "built without ptxas: the kernels have no images";
    }
    for (const int chip : chips) {
        driver.chips = {chip};
        start(device_images());
        ErrorSink errors;
        ASSERT_EQ(unit_rows(errors), 0) << errors.message();
        const auto *image = static_cast<const unsigned char *>(driver.loads.back().image);
        EXPECT_EQ(std::string(image, image + 4), "\177ELF") << chip;
        EXPECT_TRUE(driver.loads.back().options.empty());
    }
    driver.failing = {{"cuLaunchKernel", CuResult::invalid_value}};
    ErrorSink errors;
    EXPECT_NE(unit_rows(errors), 0);
    EXPECT_NE(errors.message().find("haliclr_unit_rows_cuda on cuda:0"), std::string::npos)
        << errors.message();
}

TEST_F(CudaEntryPoints, TwoDevicesFromTwoThreads) {
    driver.chips = {80, 90};
    const auto work = [this](int number) {
        device = number;
        for (int i = 0; i < 20; ++i) {
            ErrorSink errors;
            EXPECT_EQ(unit_rows(errors), 0) << errors.message();
        }
    };
    std::thread first(work, 0), second(work, 1);
    first.join();
    second.join();
    EXPECT_EQ(driver.loads.size(), 2u);
    EXPECT_EQ(driver.launches.size(), 160u);
    for (const CudaStandIn::Launch &launch : driver.launches) {
        const auto context = reinterpret_cast<uintptr_t>(launch.context);
        EXPECT_EQ(reinterpret_cast<uintptr_t>(launch.stream), context - 1 + 7);
    }
}

TEST_F(CudaEntryPoints, FailuresReachTheCaller) {
    for (const char *call : {"cuModuleLoadDataEx", "cuModuleGetFunction", "cuLaunchKernel"}) {
        ErrorSink errors;
        start({});
        driver.failing = {{call, CuResult::illegal_address}};
        EXPECT_NE(unit_rows(errors), 0);
        EXPECT_NE(errors.message().find("CUDA_ERROR_ILLEGAL_ADDRESS"), std::string::npos);
        EXPECT_NE(errors.message().find("last checkpoint"), std::string::npos);
        EXPECT_EQ(errors.message().find('\n'), std::string::npos);
    }
}

TEST_F(CudaEntryPoints, FullMemoryIsLibTorchsErrorForIt) {
    scratch.full = true;
    KernelCall call("ntxent", at::kCPU);
    auto *errors = const_cast<ErrorSink *>(static_cast<const ErrorSink *>(call.context()));
    const int status = unit_rows(*errors);
    EXPECT_NE(status, 0);
    EXPECT_THROW(call.finish(status), c10::OutOfMemoryError);
    EXPECT_NE(errors->message().find("CUDA_ERROR_OUT_OF_MEMORY"), std::string::npos);
}

TEST_F(CudaEntryPoints, NoRowsLaunchNothing) {
    ErrorSink errors;
    ASSERT_EQ(unit_rows(errors, 0), 0) << errors.message();
    EXPECT_TRUE(driver.launches.empty());
}

TEST_F(CudaEntryPoints, EveryKernelOfTheBinaryIsLoadedAhead) {
    EXPECT_EQ(load_cuda_kernels(), cuda_kernels().size());
    EXPECT_GT(cuda_kernels().size(), 40u);
    EXPECT_EQ(driver.loads.size(), cuda_kernels().size());
    EXPECT_TRUE(driver.launches.empty());
    ErrorSink errors;
    ASSERT_EQ(unit_rows(errors), 0) << errors.message();
    EXPECT_EQ(driver.loads.size(), cuda_kernels().size());
}

TEST_F(CudaEntryPoints, AFailedLoadAheadNamesItsKernel) {
    driver.failing = {{"cuModuleLoadDataEx", CuResult::out_of_memory}};
    try {
        load_cuda_kernels();
        FAIL();
    } catch (const std::runtime_error &error) {
        EXPECT_NE(std::string(error.what()).find(cuda_kernels()[0].name), std::string::npos);
        EXPECT_NE(std::string(error.what()).find("OUT_OF_MEMORY"), std::string::npos);
    }
}

TEST(CudaRuntimeOfThisMachine, SaysWhyThereIsNone) {
    if (cuda_driver() != nullptr) {
        GTEST_SKIP() << "a driver is here";
    }
    EXPECT_THROW(torch_cuda_runtime(), CudaFailure);
    EXPECT_NE(cuda_problem().find("libcuda.so.1"), std::string::npos);
}

TEST(KernelCall, RefusesATensorOnAnotherDevice) {
    const at::Device first(at::kCUDA, 0), second(at::kCUDA, 1);
    require_same_device("ntxent", "z", first, first);
    require_same_device("ntxent", "z", at::kCPU, at::kCPU);
    EXPECT_REFUSED(require_same_device("ntxent", "z", second, first), "[ntxent] z: on cuda:1",
                   "the call runs on cuda:0", "move all tensors");
}

// On a GPU: a cubin where the chip has one, LibTorch's stream and allocator, results against
// LibTorch.
TEST(CudaOfThisMachine, RunsAKernel) {
    if (!cuda_problem().empty()) {
        GTEST_SKIP() << cuda_problem();
    }
    const at::Tensor z = at::randn({300, 96}, at::device(at::kCUDA)), unit = at::empty_like(z),
                     inverse = at::empty({300}, z.options());
    KernelCall call("unit_rows", z.device());
    call.finish(kernels::unit_rows.cuda(call.context(), call.read("z", z),
                                        call.write("inverse_norms", inverse),
                                        call.write("unit", unit)));
    const at::Tensor expected = z / z.norm(2, 1, true);
    EXPECT_LT((unit - expected).abs().max().item<float>(), 1e-5);
}

} // namespace
} // namespace haliclr::runtime
