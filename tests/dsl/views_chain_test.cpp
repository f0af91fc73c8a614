// A composition equals its operators applied one after another, each reading the last one's result.
#include "tests/dsl/draws_case.h"
#include "tests/dsl/views_case.h"

#include <gtest/gtest.h>

namespace {

using namespace haliclr;
using namespace haliclr::tests;
using Halide::Buffer;
using Halide::Func;

constexpr int size = 23;

// Draws of a recipe whose every operator is taken.
Buffer<float> draws_of(const std::string &recipe, const ImageBatch &batch) {
    DrawsInputs inputs = draws_inputs(recipe, batch.images(), {1, 1});
    inputs.table = batch.table;
    return naive_draws(inputs);
}

Buffer<float> apply(const std::string &recipe, const Func &bytes, int byte_count,
                    Buffer<int32_t> table, Buffer<float> draws) {
    const int views = draws.dim(1).extent();
    dsl::Views plan(dsl::sequence_of(dsl::parse_recipe(recipe)), bytes, byte_count, Func(table),
                    table.dim(1).extent(), Func(draws), size);
    compute_each_once(plan);
    return plan.views.realize({size, size, 3, views});
}

// A view as a source image: its values in the place of bytes, without rounding them.
Func as_bytes(const Buffer<float> &views) {
    Func bytes("bytes");
    Halide::Var i("i");
    const Halide::Expr pixel = i / 3;
    bytes(i) = 255.0f * views(pixel % size, pixel / size % size, i % 3, pixel / size / size);
    return bytes;
}

Buffer<int32_t> table_of_views(int views) {
    Buffer<int32_t> table(3, views);
    for (int v = 0; v < views; v++) {
        table(0, v) = 3 * size * size * v;
        table(1, v) = table(2, v) = size;
    }
    return table;
}

// The columns of one step, which are all columns of the sequence of this step alone.
Buffer<float> draws_of_step(const Buffer<float> &draws, const dsl::SequenceStep &step) {
    Buffer<float> own(std::max(step.columns, 1), draws.dim(1).extent());
    own.for_each_element([&](int column, int v) {
        own(column, v) = step.columns > 0 ? draws(step.first_column + column, v) : 0;
    });
    return own;
}

void expect_equal_one_by_one(const std::string &convention, const std::vector<std::string> &steps,
                             ImageBatch batch) {
    std::string recipe = convention;
    for (const std::string &step : steps) {
        recipe += (recipe == convention ? "" : " | ") + step;
    }
    const auto sequence = dsl::sequence_of(dsl::parse_recipe(recipe));
    ASSERT_EQ(sequence.steps.size(), steps.size());
    const Buffer<float> draws = draws_of(recipe, batch);
    const int views = draws.dim(1).extent(), byte_count = batch.bytes.width();
    const Buffer<float> fused = apply(recipe, Func(batch.bytes), byte_count, batch.table, draws);

    Buffer<float> last = apply(convention + steps[0], Func(batch.bytes), byte_count, batch.table,
                               draws_of_step(draws, sequence.steps[0]));
    for (size_t i = 1; i < steps.size(); i++) {
        last = apply(convention + steps[i], as_bytes(last), 3 * size * size * views,
                     table_of_views(views), draws_of_step(draws, sequence.steps[i]));
    }
    double worst = 0;
    fused.for_each_element([&](int x, int y, int c, int v) {
        const double error = std::abs(fused(x, y, c, v) - last(x, y, c, v));
        worst = std::max(worst, std::isnan(error) ? INFINITY : error);
    });
    EXPECT_LT(worst, 1e-5) << recipe;
}

TEST(ViewsChain, EqualsItsOperatorsOneByOne) {
    expect_equal_one_by_one("",
                            {"crop(0.2, 1)", "flip", "rotate", "jitter(0.8, 0.8, 0.8, 0.2)",
                             "blur(0.1, 2)", "noise(0.1, 0.3)", "sobel@0.5", "grey@0.5",
                             "cutout(0.02, 0.33)", "normalize(imagenet)"},
                            mixed_images());
}

// With bilinear crops: Catmull-Rom's overshoot, which jitter reads, would be clamped in between.
TEST(ViewsChain, OfTheOriginalSimclr) {
    expect_equal_one_by_one("simclr: ",
                            {"crop(0.08, 1, bilinear)", "flip", "jitter(0.8, 0.8, 0.8, 0.2)",
                             "grey@0.5", "blur(0.1, 2)"},
                            mixed_images());
}

// Operators that answer a rounding difference with a jump: on values that are whole levels.
TEST(ViewsChain, OfOperatorsThatJump) {
    expect_equal_one_by_one("", {"crop(1, 1, 1, 1)", "flip", "rotate", "equalize", "solarize(0.3)"},
                            random_images({{size, size}, {size, size}}));
}

} // namespace
