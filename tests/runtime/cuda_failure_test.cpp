// What is said of every failure of the driver.
#include "tests/runtime/cuda_modules_case.h"

namespace haliclr::runtime {
namespace {

TEST_F(CudaModulesTest, EveryFailureNamesTheCallTheKernelAndTheDevice) {
    const std::map<std::string, CuResult> calls{
        {"cuModuleLoadDataEx", CuResult::out_of_memory},
        {"cuModuleGetFunction", CuResult::not_found},
        {"cuFuncSetAttribute", CuResult::invalid_value},
        {"cuLaunchKernel", CuResult::launch_out_of_resources}};
    for (const auto &[call, result] : calls) {
        const CudaPlace place = on(0);
        CudaStandIn fresh;
        CudaModules own(fresh.table(), images, ImageChoice::any);
        fresh.failing = {{call, result}};
        size_t sizes[] = {0};
        const std::string text = failure_of([&] {
            own.load(kernel, place);
            launch(fresh.table(), own, kernel, place, "f", {{1, 1, 1}, {1024, 1, 1}, 60 << 10},
                   {sizes, nullptr, nullptr});
        });
        expect_parts(text, {call + " of ", result_name(fresh.table(), result), "cuda:0"});
        if (call != "cuFuncSetAttribute") {
            expect_parts(text, {"haliclr_unit_rows_cuda"});
        }
    }
}

TEST_F(CudaModulesTest, AFailedLoadIsTriedAgain) {
    driver.failing = {{"cuModuleLoadDataEx", CuResult::out_of_memory}};
    expect_parts(failure_of([&] { run(kernel, on(0)); }), {"CUDA_ERROR_OUT_OF_MEMORY"});
    EXPECT_EQ(driver.loads.size(), 1u); // a smaller image would not help
    driver.failing.clear();
    run(kernel, on(0));
    EXPECT_EQ(driver.launches.size(), 1u);
}

TEST_F(CudaModulesTest, SaysWhichDriverAndChipAreNeeded) {
    driver.version = 10020;
    driver.chips = {90};
    images = {image_of(0, nullptr)};
    CudaModules fresh(driver.table(), images, ImageChoice::any);
    driver.failing = {{"cuModuleLoadDataEx", CuResult::unsupported_ptx_version}};
    expect_parts(
        failure_of([&] { fresh.load(kernel, on(0)); }),
        {"CUDA_ERROR_UNSUPPORTED_PTX_VERSION", "for CUDA 10.2", "driver for CUDA 11.0 or newer"});
    expect_parts(failure_of([&] { fresh.load(other, on(0)); }), {"driver for CUDA 12.5 or newer"});
    driver.chips = {75};
    expect_parts(failure_of([&] { fresh.load(kernel, on(0)); }),
                 {"haliclr_unit_rows_cuda on cuda:0", "compute capability 7.5", "8.0 (Ampere)"});
}

TEST_F(CudaModulesTest, ShowsWhatTheDriversCompilerSays) {
    driver.chips = {120};
    driver.compiler_log = "ptxas fatal: no such thing\nmore";
    driver.failing = {{"cuModuleLoadDataEx", CuResult::invalid_ptx}};
    expect_parts(failure_of([&] { run(kernel, on(0)); }),
                 {"CUDA_ERROR_INVALID_PTX", "(ptxas fatal: no such thing)"});
}

TEST_F(CudaModulesTest, ALostDeviceSaysThatTheCheckpointIsGood) {
    driver.failing = {{"cuLaunchKernel", CuResult::illegal_address}};
    expect_parts(failure_of([&] { run(kernel, on(0)); }),
                 {"cuLaunchKernel of f (7 x 2 x 1 blocks", "CUDA_ERROR_ILLEGAL_ADDRESS",
                  "last checkpoint is good", "--resume"});
    EXPECT_TRUE(loses_device(CuResult::ecc_uncorrectable));
    EXPECT_FALSE(loses_device(CuResult::out_of_memory));
}

TEST_F(CudaModulesTest, AnUnknownCodeIsShownAsItsNumber) {
    driver.failing = {{"cuLaunchKernel", static_cast<CuResult>(12345)}};
    expect_parts(failure_of([&] { run(kernel, on(0)); }), {"CUDA error 12345"});
}

} // namespace
} // namespace haliclr::runtime
