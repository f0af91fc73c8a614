// Every schedule of the views against the unscheduled algorithm, with the size fixed and given at
// run time.
#include "schedules/views.h"

#include "tests/dsl/views_case.h"

#include <gtest/gtest.h>

namespace {

using namespace haliclr;
using namespace haliclr::tests;
using Halide::Buffer;
using Halide::Expr;
using Halide::Target;

Buffer<float> run(dsl::Views &views, int size, int count, const Target &target) {
    Buffer<float> result(size, size, 3, count);
    views.views.realize(result, target);
    result.copy_to_host();
    return result;
}

// `views` odd: the last task and the last block are partly empty. fixed_size 0: at run time.
template <typename Schedule>
void expect_equal(int size, bool fixed, int count, const Target &target, Schedule schedule) {
    const ImageBatch batch = mixed_images();
    const Buffer<float> draws = random_draws(batch, count);
    dsl::Views naive = make_views(batch, draws, size);
    compute_each_once(naive);
    const Buffer<float> expected =
        run(naive, size, count, Halide::get_jit_target_from_environment());

    Halide::Param<int> run_time_size("run_time_size");
    run_time_size.set(size);
    dsl::Views views = make_views(batch, draws, fixed ? Expr(size) : Expr(run_time_size));
    schedule(views, fixed ? size : 0);
    const Buffer<float> result = run(views, size, count, target);
    for (int v = 0; v < count; v++) {
        double worst = 0;
        result.sliced(3, v).for_each_element([&](int x, int y, int c) {
            const double error = std::abs(result(x, y, c, v) - expected(x, y, c, v));
            worst = error <= worst ? worst : error;
        });
        EXPECT_LT(worst, 1e-5) << "view " << v << " of size " << size;
    }
}

TEST(ViewsSchedules, CpuAtRunTimeSize) {
    for (int size : {1, 7, 28, 31, 32, 33, 41}) {
        expect_equal(size, false, 26, Halide::get_jit_target_from_environment(),
                     [](dsl::Views &views, int fixed) {
                         schedules::views_cpu(views, {8, 4}, fixed);
                     });
    }
}

TEST(ViewsSchedules, CpuAtFixedSize) {
    for (int size : {7, 32, 33}) {
        for (int vector_width : {4, 16}) {
            expect_equal(size, true, 24, Halide::get_jit_target_from_environment(),
                         [&](dsl::Views &views, int fixed) {
                             schedules::views_cpu(views, {vector_width, 5}, fixed);
                         });
        }
    }
}

// A work-group of 32 items: the OpenCL compiler for CPUs takes seconds a kernel, longer for larger
// groups.
TEST(ViewsSchedules, Opencl) {
    const Target target = Halide::get_host_target().with_feature(Target::OpenCL);
    if (!Halide::host_supports_target_device(target)) {
        GTEST_SKIP() << "no OpenCL device";
    }
    expect_equal(32, true, 24, target, [](dsl::Views &views, int fixed) {
        schedules::views_opencl(views, {32, 1}, fixed);
    });
    for (int size : {1, 31, 33}) {
        expect_equal(size, false, 24, target, [](dsl::Views &views, int fixed) {
            schedules::views_opencl(views, {16, 2}, fixed);
        });
    }
}

TEST(ViewsSchedules, OpenclWithPartlyIdleWorkItems) {
    const Target target = Halide::get_host_target().with_feature(Target::OpenCL);
    if (!Halide::host_supports_target_device(target)) {
        GTEST_SKIP() << "no OpenCL device";
    }
    expect_equal(7, true, 8, target, [](dsl::Views &views, int fixed) {
        schedules::views_opencl(views, {8, 2}, fixed);
    });
}

TEST(ViewsSchedules, Cuda) {
    const Target target =
        Halide::get_host_target().with_feature(Target::CUDA).with_feature(Target::CUDACapability80);
    if (!Halide::host_supports_target_device(target)) {
        GTEST_SKIP() << "no CUDA device";
    }
    for (bool fixed : {true, false}) {
        for (int size : {1, 7, 31, 32, 33}) {
            expect_equal(size, fixed, 24, target, [](dsl::Views &views, int fixed_size) {
                schedules::views_cuda(views, {}, fixed_size);
            });
        }
    }
}

TEST(ViewsSchedules, TunablesOutOfRangeAreRefused) {
    const ImageBatch batch = mixed_images();
    dsl::Views views = make_views(batch, neutral_draws(batch, 4), 32);
    EXPECT_THROW(schedules::views_cpu(views, {0, 4}, 32), std::invalid_argument);
    EXPECT_THROW(schedules::views_cpu(views, {8, 0}, 32), std::invalid_argument);
    EXPECT_THROW(schedules::views_cuda(views, {64, 32}, 32), std::invalid_argument);
    EXPECT_THROW(schedules::views_opencl(views, {0, 8}, 32), std::invalid_argument);
}

} // namespace
