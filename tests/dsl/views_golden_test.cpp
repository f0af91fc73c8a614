// The views algorithm against the libraries that define its conventions, operator by operator.
#include "tests/dsl/views_pipeline.h"

#include <gtest/gtest.h>

namespace {

using namespace haliclr;
using namespace haliclr::tests;

void expect_equal(const std::string &file, double tolerance, size_t least_cases) {
    const GoldenFile golden = read_golden(file);
    EXPECT_GE(golden.cases.size(), least_cases);
    std::map<std::string, std::unique_ptr<ViewsPipeline>> pipelines;
    for (const GoldenCase &one : golden.cases) {
        std::unique_ptr<ViewsPipeline> &pipeline = pipelines[one.recipe];
        if (!pipeline) {
            pipeline = std::make_unique<ViewsPipeline>(one.recipe, dsl::SourceReading::by_values,
                                                       compute_each_once,
                                                       Halide::get_jit_target_from_environment());
        }
        EXPECT_LT(pipeline->difference(one, golden.images.at(one.image)), tolerance)
            << one.name << ": " << one.recipe;
    }
}

TEST(ViewsGolden, EqualTorchvisions) {
    expect_equal("views_torchvision.txt", 1e-5, 140);
}

TEST(ViewsGolden, EqualTheOriginalSimclr) {
    expect_equal("views_simclr.txt", 1e-5, 100);
}

} // namespace
