// The views algorithm against the libraries that define its conventions, operator by operator.
#include "tests/dsl/views_golden.h"

#include <gtest/gtest.h>

namespace {

using namespace haliclr;
using namespace haliclr::tests;
using Halide::Buffer;

// The pipeline of a recipe, for any image, draws and size.
class Pipeline {
public:
    explicit Pipeline(const std::string &recipe)
        : sequence(dsl::sequence_of(dsl::parse_recipe(recipe))),
          views(sequence, bytes, bytes.dim(0).extent(), table, 1, draws, size) {
        Halide::OutputImageParam output = views.views.output_buffer();
        output.dim(0).set_bounds(0, size);
        output.dim(1).set_bounds(0, size);
        output.dim(2).set_bounds(0, 3);
        compute_each_once(views);
    }

    Buffer<float> run(const GoldenCase &one, const ImageBatch &image) {
        std::vector<float> row = golden_draws(one, sequence, image);
        bytes.set(image.bytes);
        table.set(image.table);
        draws.set(Buffer<float>(row.data(), static_cast<int>(row.size()), 1));
        size.set(one.size);
        return views.views.realize({one.size, one.size, 3, 1});
    }

private:
    const dsl::ViewSequence sequence;
    Halide::ImageParam bytes{Halide::UInt(8), 1}, table{Halide::Int(32), 2};
    Halide::ImageParam draws{Halide::Float(32), 2};
    Halide::Param<int> size;
    dsl::Views views;
};

void expect_equal(const std::string &file, double tolerance, size_t least_cases) {
    const GoldenFile golden = read_golden(file);
    EXPECT_GE(golden.cases.size(), least_cases);
    std::map<std::string, std::unique_ptr<Pipeline>> pipelines;
    for (const GoldenCase &one : golden.cases) {
        std::unique_ptr<Pipeline> &pipeline = pipelines[one.recipe];
        if (!pipeline) {
            pipeline = std::make_unique<Pipeline>(one.recipe);
        }
        const Buffer<float> result = pipeline->run(one, golden.images.at(one.image));
        ASSERT_EQ(result.number_of_elements(), one.values.size()) << one.name;
        double worst = 0;
        size_t at = 0;
        result.for_each_element([&](int x, int y, int c, int v) {
            const double error = std::abs(result(x, y, c, v) - one.values[at++]);
            worst = error <= worst ? worst : error; // so that a NaN counts
        });
        EXPECT_LT(worst, tolerance) << one.name << ": " << one.recipe;
    }
}

TEST(ViewsGolden, EqualTorchvisions) {
    expect_equal("views_torchvision.txt", 1e-5, 140);
}

TEST(ViewsGolden, EqualTheOriginalSimclr) {
    expect_equal("views_simclr.txt", 1e-5, 100);
}

} // namespace
