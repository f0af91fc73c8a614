// The pixel vocabulary on known colours and positions.
#include "dsl/pixel.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace {

using namespace haliclr::dsl;
using Halide::Buffer;
using Halide::Expr;
using Halide::Tuple;

float value_of(const Expr &expr) {
    return Halide::evaluate<float>(expr);
}

std::array<float, 3> values_of(const Rgb &colour) {
    return {value_of(colour.red), value_of(colour.green), value_of(colour.blue)};
}

Rgb rgb(float red, float green, float blue) {
    return {Expr(red), Expr(green), Expr(blue)};
}

void expect_near(const Rgb &colour, std::array<float, 3> expected) {
    const auto values = values_of(colour);
    for (int i = 0; i < 3; i++) {
        EXPECT_NEAR(values[i], expected[i], 1e-6) << "channel " << i;
    }
}

TEST(Pixel, LumaWeighsTheChannels) {
    EXPECT_FLOAT_EQ(value_of(luma(rgb(1, 0, 0))), 0.2989f);
    EXPECT_FLOAT_EQ(value_of(luma(rgb(0, 1, 0))), 0.587f);
    EXPECT_FLOAT_EQ(value_of(luma(rgb(0, 0, 1))), 0.114f);
}

TEST(Pixel, BlendClampsToTheUnitInterval) {
    expect_near(blend(rgb(0.5f, 0.9f, 0.1f), Rgb(Expr(0.0f)), 1.5f), {0.75f, 1, 0.15f});
    expect_near(blend(rgb(0.5f, 0.9f, 0.1f), Rgb(Expr(0.5f)), 2.0f), {0.5f, 1, 0});
    expect_near(blend(rgb(0.5f, 0.9f, 0.1f), rgb(1, 0, 0.5f), 0.5f), {0.75f, 0.45f, 0.3f});
}

TEST(Pixel, HueOfThePrimaryColours) {
    const std::pair<Rgb, float> cases[] = {{rgb(1, 0, 0), 0},        {rgb(1, 1, 0), 1.0f / 6},
                                           {rgb(0, 1, 0), 2.0f / 6}, {rgb(0, 1, 1), 3.0f / 6},
                                           {rgb(0, 0, 1), 4.0f / 6}, {rgb(1, 0, 1), 5.0f / 6}};
    for (const auto &[colour, hue] : cases) {
        const Hsv hsv = rgb_to_hsv(colour);
        EXPECT_NEAR(value_of(hsv.hue), hue, 1e-6);
        EXPECT_NEAR(value_of(hsv.saturation), 1, 1e-6);
        EXPECT_NEAR(value_of(hsv.value), 1, 1e-6);
    }
}

TEST(Pixel, HsvOfGreyHasNoSaturation) {
    for (float grey : {0.0f, 0.4f, 1.0f}) {
        const Hsv hsv = rgb_to_hsv(rgb(grey, grey, grey));
        EXPECT_EQ(value_of(hsv.saturation), 0);
        EXPECT_EQ(value_of(hsv.value), grey);
        expect_near(turn_hue(rgb(grey, grey, grey), 0.3f), {grey, grey, grey});
    }
}

TEST(Pixel, RgbSurvivesHsvAndBack) {
    for (float red : {0.0f, 0.3f, 1.0f}) {
        for (float green : {0.0f, 0.5f, 0.9f}) {
            for (float blue : {0.1f, 0.5f, 1.0f}) {
                const Rgb colour = rgb(red, green, blue);
                expect_near(hsv_to_rgb(rgb_to_hsv(colour)), {red, green, blue});
            }
        }
    }
}

TEST(Pixel, ThirdOfATurnMovesTheChannels) {
    expect_near(turn_hue(rgb(0.8f, 0.3f, 0.1f), 1.0f / 3), {0.1f, 0.8f, 0.3f});
    expect_near(turn_hue(rgb(0.8f, 0.3f, 0.1f), -1.0f / 3), {0.3f, 0.1f, 0.8f});
    expect_near(turn_hue(rgb(0.8f, 0.3f, 0.1f), 0.5f), {0.1f, 0.6f, 0.8f});
}

TEST(Pixel, SolarizeInvertsFromTheThresholdOn) {
    expect_near(solarize(rgb(0.25f, 0.5f, 0.75f), 0.5f), {0.25f, 0.5f, 0.25f});
    expect_near(solarize(rgb(0.25f, 0.5f, 0.75f), 2.0f), {0.25f, 0.5f, 0.75f});
}

TEST(Pixel, ReflectDoesNotRepeatTheBorder) {
    const auto reflected = [](int index, int size) {
        return Halide::evaluate<int>(reflect(index, size));
    };
    EXPECT_EQ(reflected(-2, 5), 2);
    EXPECT_EQ(reflected(0, 5), 0);
    EXPECT_EQ(reflected(4, 5), 4);
    EXPECT_EQ(reflected(6, 5), 2);
    EXPECT_EQ(reflected(-1, 1), 0);
    EXPECT_EQ(reflected(1, 1), 0);
}

} // namespace
