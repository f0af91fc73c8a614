// The draws: bounds, frequencies, crops of odd images, and independence of everything but
// (seed, epoch, id, view).
#include "tests/dsl/draws_case.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

namespace {

using namespace haliclr;
using namespace haliclr::tests;
using dsl::DrawColumn;
using Halide::Buffer;

constexpr const char *full_recipe =
    "crop(0.08, 1) | flip | jitter(0.8, 0.4, 0.8, 0.2)@0.8 | grey@0.2 "
    "| blur(0.1, 2)@0.5 | solarize(0.5)@0.1";

float at(const Buffer<float> &draws, DrawColumn column, int row) {
    return draws(static_cast<int>(column), row);
}

std::vector<float> row_of(const Buffer<float> &draws, int row) {
    return {&draws(0, row), &draws(0, row) + dsl::draw_column_count};
}

TEST(Draws, FrequenciesAreTheProbabilities) {
    constexpr int images = 8000, rows = 2 * images;
    const Buffer<float> draws = naive_draws(draws_inputs(full_recipe, images, {32, 32}));
    const auto expect_share = [&](double probability, auto holds) {
        int count = 0;
        for (int row = 0; row < rows; row++) {
            count += holds(row);
        }
        const double sigma = std::sqrt(rows * probability * (1 - probability));
        EXPECT_NEAR(count, rows * probability, 5 * sigma);
    };
    const auto value = [&](DrawColumn column, int row) { return at(draws, column, row); };
    expect_share(0.5, [&](int row) { return value(DrawColumn::flip, row) == 1; });
    expect_share(0.8, [&](int row) { return value(DrawColumn::jitter, row) == 1; });
    expect_share(0.2, [&](int row) { return value(DrawColumn::grey, row) == 1; });
    expect_share(0.5, [&](int row) { return value(DrawColumn::sigma, row) > 0; });
    expect_share(0.1, [&](int row) { return value(DrawColumn::threshold, row) == 0.5f; });
    for (int order = 1; order < 24; order++) {
        expect_share(0.8 / 24, [&](int row) { return value(DrawColumn::order, row) == order; });
    }
    expect_share(0.4, [&](int row) { return value(DrawColumn::brightness, row) > 1; });
    expect_share(0.4, [&](int row) { return value(DrawColumn::hue, row) < 0; });
}

TEST(Draws, ValuesStayInTheirRanges) {
    constexpr int images = 2000;
    const Buffer<float> draws = naive_draws(draws_inputs(full_recipe, images, {32, 24}));
    std::set<float> orders;
    for (int row = 0; row < 2 * images; row++) {
        const auto value = [&](DrawColumn column) { return at(draws, column, row); };
        const auto expect_within = [&](DrawColumn column, float low, float high) {
            EXPECT_GE(value(column), low) << "column " << static_cast<int>(column);
            EXPECT_LE(value(column), high) << "column " << static_cast<int>(column);
        };
        for (DrawColumn column : {DrawColumn::crop_x, DrawColumn::crop_y, DrawColumn::crop_width,
                                  DrawColumn::crop_height, DrawColumn::order}) {
            EXPECT_EQ(value(column), std::floor(value(column)));
        }
        expect_within(DrawColumn::crop_x, 0, 32 - value(DrawColumn::crop_width));
        expect_within(DrawColumn::crop_y, 0, 24 - value(DrawColumn::crop_height));
        expect_within(DrawColumn::crop_width, 1, 32);
        expect_within(DrawColumn::crop_height, 1, 24);
        const float area = value(DrawColumn::crop_width) * value(DrawColumn::crop_height);
        EXPECT_GE(area, 0.08f * 32 * 24 * 0.85f);
        expect_within(DrawColumn::order, 0, 23);
        expect_within(DrawColumn::brightness, 0.2f, 1.8f);
        expect_within(DrawColumn::contrast, 0.6f, 1.4f);
        expect_within(DrawColumn::saturation, 0.2f, 1.8f);
        expect_within(DrawColumn::hue, -0.2f, 0.2f);
        EXPECT_TRUE(value(DrawColumn::sigma) == 0 ||
                    (value(DrawColumn::sigma) >= 0.1f && value(DrawColumn::sigma) <= 2));
        orders.insert(value(DrawColumn::order));
        if (value(DrawColumn::jitter) == 0) {
            EXPECT_EQ(value(DrawColumn::brightness), 1);
            EXPECT_EQ(value(DrawColumn::hue), 0);
        }
    }
    EXPECT_EQ(orders.size(), 24u);
}

TEST(Draws, MeanCropAreaIsThatOfTorchvision) {
    // On a large square image nearly every attempt is judged by its sides alone. The mean area of
    // accepted crops for scale (0.08, 1), ratio (3/4, 4/3), computed by integrating over both:
    // an attempt is accepted if area * max(ratio, 1 / ratio) <= 1.
    constexpr int images = 8000, side = 4000;
    const Buffer<float> draws = naive_draws(draws_inputs("crop(0.08, 1)", images, {side, side}));
    double mean = 0, square = 0;
    for (int row = 0; row < 2 * images; row++) {
        const double area = static_cast<double>(at(draws, DrawColumn::crop_width, row)) *
                            at(draws, DrawColumn::crop_height, row) / side / side;
        mean += area / (2 * images);
        square += area * area / (2 * images);
    }
    double weight = 0, expected = 0;
    constexpr int steps = 2000;
    for (int i = 0; i < steps; i++) {
        const double most = std::exp(-std::log(4.0 / 3) * (i + 0.5) / steps);
        weight += most - 0.08;
        expected += (most * most - 0.08 * 0.08) / 2;
    }
    expected /= weight;
    EXPECT_NEAR(mean, expected, 5 * std::sqrt((square - mean * mean) / (2 * images)));
}

TEST(Draws, ExtremeImagesFallBackToTheCentre) {
    // No crop with a ratio of at most 4/3 and 8 % of a 1 x 100 or 100 x 1 image lies within it.
    const Buffer<float> wide = naive_draws(draws_inputs("crop(0.5, 1)", 3, {100, 1}));
    const Buffer<float> tall = naive_draws(draws_inputs("crop(0.5, 1)", 3, {3, 100}));
    for (int row = 0; row < 6; row++) {
        EXPECT_EQ(at(wide, DrawColumn::crop_x, row), 49);
        EXPECT_EQ(at(wide, DrawColumn::crop_width, row), 1);
        EXPECT_EQ(at(wide, DrawColumn::crop_height, row), 1);
        EXPECT_EQ(at(tall, DrawColumn::crop_x, row), 0);
        EXPECT_EQ(at(tall, DrawColumn::crop_y, row), 48);
        EXPECT_EQ(at(tall, DrawColumn::crop_width, row), 3);
        EXPECT_EQ(at(tall, DrawColumn::crop_height, row), 4);
    }
}

TEST(Draws, AnOperatorThatIsLackingIsNeutral) {
    const Buffer<float> draws = naive_draws(draws_inputs("grey@0", 5, {17, 40}));
    for (int row = 0; row < 10; row++) {
        EXPECT_EQ(row_of(draws, row),
                  (std::vector<float>{0, 0, 17, 40, 0, 0, 0, 1, 1, 1, 0, 0, 0, 2}));
    }
}

TEST(Draws, ARowDependsOnItsIdNotOnItsPlace) {
    constexpr int64_t first = (int64_t{5} << 32) + 100;
    const Buffer<float> all = naive_draws(draws_inputs(full_recipe, 64, {32, 32}, first));
    for (int images : {1, 7}) {
        const Buffer<float> some =
            naive_draws(draws_inputs(full_recipe, images, {32, 32}, first + 20));
        for (int n = 0; n < images; n++) {
            EXPECT_EQ(row_of(some, n), row_of(all, 20 + n));
            EXPECT_EQ(row_of(some, images + n), row_of(all, 64 + 20 + n));
        }
    }
}

TEST(Draws, SeedEpochIdAndViewEachMatter) {
    const DrawsInputs inputs = draws_inputs(full_recipe, 1, {320, 320}, 7);
    const Buffer<float> draws = naive_draws(inputs);
    std::set<std::vector<float>> rows = {row_of(draws, 0), row_of(draws, 1)};
    const auto add = [&](const DrawsInputs &changed) {
        rows.insert(row_of(naive_draws(changed), 0));
    };
    DrawsInputs changed = inputs;
    changed.seed += 1;
    add(changed);
    changed = inputs;
    changed.seed += uint64_t{1} << 32;
    add(changed);
    changed = inputs;
    changed.epoch += 1;
    add(changed);
    add(draws_inputs(full_recipe, 1, {320, 320}, 8));
    add(draws_inputs(full_recipe, 1, {320, 320}, 7 + (int64_t{1} << 32)));
    EXPECT_EQ(rows.size(), 7u);
}

} // namespace
