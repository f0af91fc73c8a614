// A device that is lost in the middle of a run. A kernel's loop reports what the CUDA entry points
// report then, so that operators fail as they would, at any place of a step.
#include "runtime/binding/cuda_failure.h"
#include "tests/runtime/cuda_stand_in.h"
#include "tiny_run.h"
#include "trainer/errors.h"

#include <HalideRuntime.h>
#include <gtest/gtest.h>

#include <atomic>

namespace haliclr::trainer {
namespace {

namespace fs = std::filesystem;

std::string failure_of_a_launch() {
    runtime::CudaStandIn driver;
    try {
        runtime::require_success(driver.table(), runtime::CuResult::illegal_address,
                                 "cuLaunchKernel", "f in haliclr_views_cuda on cuda:0");
    } catch (const runtime::CudaFailure &failure) {
        return failure.what();
    }
    return "";
}

// Counts the parallel loops of kernels while it lives; the one numbered `fails_at` and all after it
// fail.
class CountedLoops {
public:
    explicit CountedLoops(int fails_at) {
        CountedLoops::fails_at = fails_at;
        count = 0;
        former = halide_set_custom_do_par_for(loop);
    }
    ~CountedLoops() { halide_set_custom_do_par_for(former); }
    CountedLoops(const CountedLoops &) = delete;
    CountedLoops &operator=(const CountedLoops &) = delete;

    static inline std::atomic<int> count = 0;

private:
    static inline int fails_at = 0;
    static inline halide_do_par_for_t former = nullptr;

    static int loop(void *context, halide_task_t task, int first, int tasks, uint8_t *closure) {
        if (++count >= fails_at) {
            halide_error(context, failure_of_a_launch().c_str());
            return halide_error_code_gpu_device_error;
        }
        return former(context, task, first, tasks, closure);
    }
};

class LostDevice : public TinyRun {
protected:
    // The line that a run ends with whose device is lost in that loop.
    std::string fault_of(const fs::path &root, int fails_at) const {
        const CountedLoops loops(fails_at);
        try {
            run(root);
        } catch (const Error &error) {
            EXPECT_EQ(error.exit_code(), 1);
            return error.what();
        } catch (const std::exception &error) { // no checkpoint yet
            return error.what();
        }
        return "no fault";
    }
};

TEST_F(LostDevice, EndsTheRunInOneLineAndResumesToTheSameBytes) {
    run(start("first")); // installs the runtime's own loops
    const fs::path straight = start("straight");
    int loops = 0;
    {
        const CountedLoops counted(1 << 30);
        run(straight);
        loops = CountedLoops::count;
    }
    ASSERT_GT(loops, 100);
    const std::string expected = bytes_of(last_checkpoint(straight));
    ASSERT_FALSE(expected.empty());
    // In views, the loss, its gradient and the update of some steps between two checkpoints.
    for (int percent = 45; percent < 55; percent += 2) {
        const fs::path root = start("lost" + std::to_string(percent));
        const std::string line = fault_of(root, loops * percent / 100);
        EXPECT_NE(line.find("CUDA_ERROR_ILLEGAL_ADDRESS"), std::string::npos) << line;
        EXPECT_NE(line.find("step-00000004.safetensors'; continue with --resume " + root.string()),
                  std::string::npos)
            << line;
        EXPECT_EQ(line.find('\n'), std::string::npos) << line;
        run(root);
        EXPECT_EQ(bytes_of(last_checkpoint(root)), expected) << percent;
    }
}

TEST_F(LostDevice, BeforeTheFirstCheckpointStartsAnew) {
    const fs::path straight = start("straight"), root = start("lost");
    run(straight);
    const std::string line = fault_of(root, 12);
    EXPECT_NE(line.find("last checkpoint is good"), std::string::npos) << line;
    EXPECT_EQ(last_checkpoint(root), "none");
    run(root);
    EXPECT_EQ(bytes_of(last_checkpoint(root)), bytes_of(last_checkpoint(straight)));
}

} // namespace
} // namespace haliclr::trainer
