// The schedules of the views against the libraries that define the conventions: the cases whose
// recipes no compiled sequence carries. The compiled kernels take the others
// (tests/runtime/views_golden_test.cpp).
#include "schedules/views.h"

#include "tests/dsl/views_pipeline.h"

#include <gtest/gtest.h>

namespace {

using namespace haliclr;
using namespace haliclr::tests;
using Halide::Target;

void expect_equal(const std::string &file, size_t least_cases, dsl::SourceReading reading,
                  const ViewsSchedule &schedule, const Target &target) {
    const GoldenFile golden = read_golden(file);
    std::map<std::string, std::unique_ptr<ViewsPipeline>> pipelines;
    size_t compared = 0;
    for (const GoldenCase &one : golden.cases) {
        if (is_carried_by_every_build(one.recipe)) {
            continue;
        }
        std::unique_ptr<ViewsPipeline> &pipeline = pipelines[one.recipe];
        if (!pipeline) {
            pipeline = std::make_unique<ViewsPipeline>(one.recipe, reading, schedule, target);
        }
        compared++;
        EXPECT_LT(pipeline->difference(one, golden.images.at(one.image)), 1e-5)
            << one.name << ": " << one.recipe;
    }
    EXPECT_GE(compared, least_cases);
}

void expect_equal_on_cpu(const std::string &file, size_t least_cases) {
    expect_equal(
        file, least_cases, dsl::SourceReading::by_rows,
        [](dsl::Views &views) { schedules::views_cpu(views, {}, 0); },
        Halide::get_jit_target_from_environment());
}

void expect_equal_on_opencl(const std::string &file, size_t least_cases) {
    const Target target = Halide::get_host_target().with_feature(Target::OpenCL);
    if (!Halide::host_supports_target_device(target)) {
        GTEST_SKIP() << "no OpenCL device";
    }
    expect_equal(
        file, least_cases, dsl::SourceReading::by_values,
        [](dsl::Views &views) {
            schedules::views_opencl(views, {8, 4}, 0);
        },
        target);
}

TEST(ViewsGoldenSchedules, CpuEqualsTorchvision) {
    expect_equal_on_cpu("views_torchvision.txt", 50);
}

TEST(ViewsGoldenSchedules, CpuEqualsTheOriginalSimclr) {
    expect_equal_on_cpu("views_simclr.txt", 15);
}

TEST(ViewsGoldenSchedules, OpenclEqualsTorchvision) {
    expect_equal_on_opencl("views_torchvision.txt", 50);
}

TEST(ViewsGoldenSchedules, OpenclEqualsTheOriginalSimclr) {
    expect_equal_on_opencl("views_simclr.txt", 15);
}

} // namespace
