// Every schedule of the draws against the unscheduled algorithm.
#include "schedules/draws.h"

#include "tests/dsl/draws_case.h"

#include <gtest/gtest.h>

namespace {

using namespace haliclr;
using namespace haliclr::tests;
using Halide::Buffer;
using Halide::Target;

constexpr const char *full_recipe =
    "crop(0.08, 1) | flip | jitter(0.8, 0.4, 0.8, 0.2)@0.8 | grey@0.2 "
    "| blur(0.1, 2)@0.5 | solarize(0.5)@0.1";

constexpr const char *simclr_recipe =
    "simclr: crop(0.08, 1) | flip | jitter(0.8, 0.4, 0.8, 0.2)@0.8 | blur(0.1, 2)@0.5";
constexpr const char *study_recipe =
    "rotate | crop(0.2, 1) | noise(0.1, 0.3)@0.5 | cutout(0.02, 0.33)@0.5 | crop(0.3, 0.9) || "
    "rotate@0.1 | equalize@0.5 | crop(0.2, 1)";

template <typename Schedule>
void expect_equal(const char *recipe, int images, const Target &target, Schedule schedule) {
    const DrawsInputs inputs = draws_inputs(recipe, images, {40, 17}, 12345);
    const Buffer<float> expected = naive_draws(inputs);
    dsl::Draws draws = make_draws(inputs);
    schedule(draws);
    Buffer<float> result = draws.draws.realize({draws.columns, 2 * images}, target);
    result.copy_to_host();
    result.for_each_element([&](int column, int row) {
        EXPECT_EQ(result(column, row), expected(column, row))
            << recipe << ": column " << column << ", row " << row << " of " << 2 * images;
    });
}

TEST(DrawsSchedules, Cpu) {
    const auto schedule = [](dsl::Draws &draws) { schedules::draws_cpu(draws, {8, 64}); };
    const Target target = Halide::get_jit_target_from_environment();
    for (int images : {1, 3, 64, 509}) {
        expect_equal(full_recipe, images, target, schedule);
    }
    expect_equal(simclr_recipe, 101, target, schedule);
    expect_equal(study_recipe, 101, target, schedule);
}

TEST(DrawsSchedules, Opencl) {
    const Target target = Halide::get_host_target().with_feature(Target::OpenCL);
    if (!Halide::host_supports_target_device(target)) {
        GTEST_SKIP() << "no OpenCL device";
    }
    for (int images : {1, 101}) {
        expect_equal(full_recipe, images, target,
                     [](dsl::Draws &draws) { schedules::draws_opencl(draws, {32}); });
    }
    expect_equal(simclr_recipe, 33, target,
                 [](dsl::Draws &draws) { schedules::draws_opencl(draws, {32}); });
}

TEST(DrawsSchedules, Cuda) {
    const Target target =
        Halide::get_host_target().with_feature(Target::CUDA).with_feature(Target::CUDACapability80);
    if (!Halide::host_supports_target_device(target)) {
        GTEST_SKIP() << "no CUDA device";
    }
    for (int images : {1, 101}) {
        for (const char *recipe : {full_recipe, simclr_recipe, study_recipe}) {
            expect_equal(recipe, images, target,
                         [](dsl::Draws &draws) { schedules::draws_cuda(draws, {}); });
        }
    }
}

TEST(DrawsSchedules, TunablesOutOfRangeAreRefused) {
    dsl::Draws draws = make_draws(draws_inputs(full_recipe, 1, {32, 32}));
    EXPECT_THROW(schedules::draws_cpu(draws, {0, 64}), std::invalid_argument);
    EXPECT_THROW(schedules::draws_cpu(draws, {8, 12}), std::invalid_argument);
    EXPECT_THROW(schedules::draws_cuda(draws, {2000}), std::invalid_argument);
    EXPECT_THROW(schedules::draws_opencl(draws, {0}), std::invalid_argument);
}

} // namespace
