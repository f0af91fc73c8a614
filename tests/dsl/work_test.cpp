// The counts of least work, beside counts by hand.
#include "dsl/pairwise_work.h"
#include "dsl/update_work.h"
#include "dsl/views_work.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace haliclr::dsl {
namespace {

// Of one view whose draws are neutral but for those given by name.
double flop(const std::string &recipe, const std::map<std::string, float> &drawn, int size) {
    const ViewSequence sequence = sequence_of(parse_recipe(recipe));
    std::vector<float> draws;
    for (const DrawColumnForm &column : sequence.columns) {
        draws.push_back(column.neutral);
    }
    for (const auto &[name, value] : drawn) {
        draws.at(static_cast<size_t>(sequence.column_index(name))) = value;
    }
    return flop_of_views(sequence, draws.data(), 1, size);
}

std::map<std::string, float> cropped(float width, float height) {
    return {{"crop_width", width}, {"crop_height", height}};
}

TEST(ViewsWork, ACropOfTheSameSizeTakesTwoTapsAValueAndPass) {
    EXPECT_EQ(flop("crop(0.08, 1)", cropped(32, 32), 32), 3 * 2 * (2 + 2) * 32 * 32);
    EXPECT_EQ(flop("crop(0.08, 1, bicubic)", cropped(32, 32), 32), 3 * 2 * (4 + 4) * 32 * 32);
}

TEST(ViewsWork, AReductionTakesMoreTapsUnlessPlain) {
    EXPECT_EQ(flop("crop(0.08, 1)", cropped(64, 64), 32), 3 * 2 * (64 * 32 * 4 + 32 * 32 * 4));
    EXPECT_EQ(flop("crop(0.08, 1, plain)", cropped(64, 64), 32),
              3 * 2 * (64 * 32 * 2 + 32 * 32 * 2));
}

TEST(ViewsWork, TheCheaperOrderOfThePassesCounts) {
    EXPECT_EQ(flop("crop(0.08, 1)", cropped(32, 320), 32), 3 * 2 * (32 * 32 * 20 + 32 * 32 * 2));
    EXPECT_EQ(flop("crop(0.08, 1)", cropped(320, 32), 32),
              flop("crop(0.08, 1)", cropped(32, 320), 32));
}

TEST(ViewsWork, OnlyOperatorsThatAreTakenCount) {
    const std::string flipped = "flip | ";
    EXPECT_EQ(flop(stock_recipe, cropped(32, 32), 32), flop("crop(0.08, 1)", cropped(32, 32), 32));
    EXPECT_EQ(flop(flipped + "grey", {{"flip", 1}, {"grey", 1}}, 10), 5 * 100);
    EXPECT_EQ(flop(flipped + "blur(0.1, 2)", {{"sigma", 1}}, 40), 3 * 2 * 2 * 5 * 1600);
    EXPECT_EQ(flop(flipped + "solarize(0.5)", {{"threshold", 0.5}}, 10), 6 * 100);
}

TEST(ViewsWork, JitterCountsTheFactorsThatChangeTheColour) {
    const std::string recipe = "flip | jitter(0.8, 0.8, 0.8, 0.2)";
    EXPECT_EQ(flop(recipe, {{"jitter", 1}, {"brightness", 1.5}}, 10), 9 * 100);
    EXPECT_EQ(flop(recipe, {{"jitter", 1}, {"contrast", 0.5}, {"saturation", 2}}, 10), 36 * 100);
    EXPECT_EQ(flop(recipe, {{"jitter", 1}, {"hue", 0.1}}, 10), 39 * 100);
    EXPECT_EQ(flop(recipe, {{"jitter", 0}, {"hue", 0.1}}, 10), 0);
    const std::string additive = "flip | jitter(0.8, 0.8, 0.8, 0.2, additive)";
    EXPECT_EQ(flop(additive, {{"jitter", 1}, {"brightness", 0}}, 10), 0);
    EXPECT_EQ(flop(additive, {{"jitter", 1}, {"brightness", 1}}, 10), 9 * 100);
}

TEST(ViewsWork, ColumnsAreFoundInAnySequence) {
    EXPECT_EQ(flop("rotate | noise(0, 1) | grey", {{"noise_sigma", 0.5}, {"grey", 1}}, 10), 500);
    EXPECT_EQ(flop("flip | grey | resize(8)", {{"grey", 1}}, 32), 5 * 64);
}

TEST(ViewsWork, AddsUpViews) {
    const ViewSequence sequence = sequence_of(parse_recipe("flip | grey"));
    const std::vector<float> draws = {0, 1, 0, 0, 1, 1};
    EXPECT_EQ(flop_of_views(sequence, draws.data(), 3, 10), 2 * 500);
}

TEST(UpdateWork, CountsWhatIsReadTwice) {
    EXPECT_EQ(update_bytes({}), 24);
    EXPECT_EQ(update_bytes({.reads_weight_for_norm = true}), 28);
    EXPECT_EQ(update_bytes({.moments = 2}), 32);
    EXPECT_EQ(update_bytes({.gradient = 2, .copy = 2}), 22);
}

TEST(PairwiseWork, HalfOfTheSimilaritiesAndAWholeProduct) {
    EXPECT_EQ(similarities_flop(64, 128), 64 * 64 * 128);
    EXPECT_EQ(gradient_flop(64, 128), 2 * 64 * 64 * 128);
}

} // namespace
} // namespace haliclr::dsl
