// The views algorithm against its definition in double: every operator alone, then the chain.
#include "tests/dsl/views_case.h"

#include <gtest/gtest.h>

namespace {

using namespace haliclr;
using namespace haliclr::tests;
using Halide::Buffer;

// Runs the algorithm for a size and compares every value of every view.
void expect_definition(const ImageBatch &batch, const Buffer<float> &draws, int size,
                       double tolerance = 1e-5) {
    const int count = draws.dim(1).extent();
    dsl::Views views = make_views(batch, draws, size);
    compute_each_once(views);
    const Buffer<float> result = views.views.realize({size, size, 3, count});
    for (int v = 0; v < count; v++) {
        const ReferenceView expected(batch, draws, v, size);
        double worst = 0;
        result.sliced(3, v).for_each_element([&](int x, int y, int c) {
            const double error = std::abs(result(x, y, c, v) - expected(x, y, c));
            worst = std::max(worst, std::isnan(error) ? INFINITY : error);
        });
        EXPECT_LT(worst, tolerance) << "view " << v << " of size " << size << ", order "
                                    << draws(static_cast<int>(DrawColumn::order), v);
    }
}

class ViewsSize : public testing::TestWithParam<int> {};

TEST_P(ViewsSize, WholeImageIsResized) {
    const ImageBatch batch = mixed_images();
    expect_definition(batch, neutral_draws(batch, 4), GetParam());
}

TEST_P(ViewsSize, ChainOfRandomDraws) {
    const ImageBatch batch = mixed_images();
    expect_definition(batch, random_draws(batch, 48), GetParam());
}

INSTANTIATE_TEST_SUITE_P(Sizes, ViewsSize, testing::Values(1, 2, 7, 28, 31, 32, 33, 41));

TEST(Views, WholeImageAtItsOwnSizeIsCopied) {
    const ImageBatch batch = random_images({{28, 28}});
    const Buffer<float> draws = neutral_draws(batch, 1);
    dsl::Views views = make_views(batch, draws, 28);
    compute_each_once(views);
    const Buffer<float> result = views.views.realize({28, 28, 3, 1});
    result.for_each_element([&](int x, int y, int c, int v) {
        EXPECT_NEAR(result(x, y, c, v), batch.bytes(3 * (y * 28 + x) + c) / 255.0, 1e-7);
    });
}

TEST(Views, CropReadsNothingOutsideItself) {
    // All bytes are 255 but those of the crop: any of them would show.
    ImageBatch batch = random_images({{16, 16}});
    for (int i = 0; i < batch.bytes.width(); i++) {
        const int x = i / 3 % 16, y = i / 3 / 16;
        batch.bytes(i) = x >= 4 && x < 9 && y >= 6 && y < 13 ? 0 : 255;
    }
    Buffer<float> draws = neutral_draws(batch, 1);
    draw(draws, DrawColumn::crop_x, 0) = 4;
    draw(draws, DrawColumn::crop_y, 0) = 6;
    draw(draws, DrawColumn::crop_width, 0) = 5;
    draw(draws, DrawColumn::crop_height, 0) = 7;
    dsl::Views views = make_views(batch, draws, 33);
    compute_each_once(views);
    const Buffer<float> result = views.views.realize({33, 33, 3, 1});
    result.for_each_value([](float value) { EXPECT_EQ(value, 0); });
}

// Sets one operator's columns for each image's first and second view, and compares.
template <typename Set>
void expect_alone(Set set) {
    const ImageBatch batch = mixed_images();
    const int count = 2 * batch.images();
    Buffer<float> draws = neutral_draws(batch, count);
    for (int v = 0; v < count; v++) {
        set(draws, v);
    }
    draws.set_host_dirty();
    expect_definition(batch, draws, 32);
}

TEST(Views, FlipAlone) {
    expect_alone([](Buffer<float> &draws, int v) { draw(draws, DrawColumn::flip, v) = 1; });
}

TEST(Views, EachJitterOperatorAlone) {
    const std::pair<DrawColumn, std::pair<float, float>> cases[] = {
        {DrawColumn::brightness, {0.3f, 1.7f}},
        {DrawColumn::contrast, {0.3f, 1.7f}},
        {DrawColumn::saturation, {0.3f, 1.7f}},
        {DrawColumn::hue, {-0.5f, 0.2f}}};
    for (const auto &[column, values] : cases) {
        for (int order = 0; order < 24; order += 5) {
            expect_alone([&](Buffer<float> &draws, int v) {
                draw(draws, DrawColumn::jitter, v) = 1;
                draw(draws, DrawColumn::order, v) = order;
                draw(draws, column, v) = v % 2 ? values.first : values.second;
            });
        }
    }
}

TEST(Views, FactorsWithoutJitterAreIgnored) {
    const ImageBatch batch = mixed_images();
    Buffer<float> draws = neutral_draws(batch, 4);
    for (int v = 0; v < 4; v++) {
        for (DrawColumn column : {DrawColumn::brightness, DrawColumn::contrast,
                                  DrawColumn::saturation, DrawColumn::hue}) {
            draw(draws, column, v) = 0.4f;
        }
    }
    expect_definition(batch, draws, 32);
}

TEST(Views, GreyAlone) {
    expect_alone([](Buffer<float> &draws, int v) { draw(draws, DrawColumn::grey, v) = 1; });
}

TEST(Views, BlurAlone) {
    for (float sigma : {1e-6f, 0.1f, 0.7f, 2.0f, 100.0f}) {
        expect_alone(
            [&](Buffer<float> &draws, int v) { draw(draws, DrawColumn::sigma, v) = sigma; });
    }
}

TEST(Views, SolarizeAlone) {
    // A whole image at its own size holds multiples of 1/255, none of them near this threshold.
    const ImageBatch batch = random_images({{32, 32}, {32, 32}});
    Buffer<float> draws = neutral_draws(batch, 4);
    for (int v = 0; v < 4; v++) {
        draw(draws, DrawColumn::threshold, v) = v % 2 ? 100.5f / 255 : 0.0f;
    }
    expect_definition(batch, draws, 32);
}

TEST(Views, DrawsOutsideTheImageAreClamped) {
    const ImageBatch batch = mixed_images();
    Buffer<float> draws = neutral_draws(batch, 4);
    const float wild[] = {-1e9f, 1e9f, std::nanf(""), -3.5f};
    for (int v = 0; v < 4; v++) {
        draw(draws, DrawColumn::crop_x, v) = wild[v];
        draw(draws, DrawColumn::crop_height, v) = wild[3 - v];
        draw(draws, DrawColumn::order, v) = wild[v];
    }
    dsl::Views views = make_views(batch, draws, 7);
    compute_each_once(views);
    EXPECT_EQ(views.views.realize({7, 7, 3, 4}).size(), 1u);
}

} // namespace
