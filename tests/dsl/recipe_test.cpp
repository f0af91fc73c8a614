// The recipe language: text to steps and back, the C++ builder, what each error says, and the
// sequences that recipes need.
#include "dsl/view_sequence.h"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

namespace {

using namespace haliclr::dsl;

constexpr const char *full_text =
    "crop(0.08, 1) | flip | jitter(0.8, 0.8, 0.8, 0.2)@0.8 | grey@0.2 | blur(0.1, 2)@0.5";

template <typename Act>
std::string error_of(Act act) {
    try {
        act();
    } catch (const std::invalid_argument &error) {
        return error.what();
    }
    return "no error";
}

std::string parse_error(const char *text) {
    return error_of([&] { parse_recipe(text); });
}

ViewSequence sequence(const char *text) {
    return sequence_of(parse_recipe(text));
}

const ViewSequence stock = sequence(stock_recipe);

TEST(Recipe, ReadsStepsArgumentsAndProbabilities) {
    const Recipe recipe = parse_recipe(full_text);
    ASSERT_EQ(recipe.steps.size(), 5u);
    EXPECT_EQ(recipe.steps[0].name, "crop");
    EXPECT_EQ(recipe.steps[0].arguments, (std::vector<double>{0.08, 1, 0.75, 4.0 / 3}));
    EXPECT_EQ(recipe.steps[1].probability, 0.5);
    EXPECT_EQ(recipe.steps[2].arguments, (std::vector<double>{0.8, 0.8, 0.8, 0.2}));
    EXPECT_EQ(recipe.steps[2].probability, 0.8);
    EXPECT_EQ(recipe.steps[4].probability, 0.5);
}

TEST(Recipe, BuilderAndTextAgree) {
    using namespace operators;
    const Recipe built = crop(0.08, 1) | flip() | jitter(0.8, 0.8, 0.8, 0.2).at(0.8) |
                         grey().at(0.2) | blur(0.1, 2).at(0.5);
    EXPECT_EQ(built, parse_recipe(full_text));
    EXPECT_EQ(to_text(built), full_text);
}

TEST(Recipe, TextFormRoundTrips) {
    for (const char *text :
         {full_text, "flip@1", "crop(0.2, 0.9, 0.5, 2)@0.25", "blur(1e-3, 0.1)",
          "solarize(0.5)@0.1", " flip|\tgrey @ 0.125\n", "jitter(0.1, 0.30000000000000004, 0, 0.5)",
          "simclr: crop(0.08, 1) | jitter(1, 1, 1, 0.2, additive, ordered)",
          "crop(0.1, 1, bicubic, plain) || rotate | cutout(0.02, 0.3)@0.5",
          "resize(256) | centre_crop(224) | normalize(imagenet)",
          "noise(0, 0.1) | sobel@0.1 | equalize | blur(1, 2, zero)"}) {
        const Recipe recipe = parse_recipe(text);
        EXPECT_EQ(parse_recipe(to_text(recipe)), recipe) << text;
    }
}

TEST(Recipe, UnknownOperatorNamesTheNearestAndTheCharacter) {
    const std::string error = parse_error("flip | blurr(1, 2)");
    EXPECT_NE(error.find("'blurr'"), std::string::npos) << error;
    EXPECT_NE(error.find("did you mean 'blur'"), std::string::npos) << error;
    EXPECT_NE(error.find("character 8"), std::string::npos) << error;
    EXPECT_NE(parse_error("gray").find("'grey'"), std::string::npos);
    EXPECT_NE(parse_error("solarise(1)").find("'solarize'"), std::string::npos);
}

TEST(Recipe, SyntaxErrorsNameTheCharacter) {
    const std::pair<const char *, const char *> cases[] = {
        {"", "empty"},
        {"  ", "empty"},
        {"flip |", "character 7"},
        {"flip flip", "character 6"},
        {"crop(0.1, x)", "knows no word 'x'"},
        {"crop(0.1, 1", "character 12"},
        {"grey@", "character 6"},
        {"grey@nan", "expected a number"},
        {"crop(inf, 1)", "knows no word 'inf'"},
        {"crop(0.1, +)", "character 11"},
        {"| flip", "character 1"},
        {"Flip", "character 1"},
        {"flip || ", "character 9"},
        {"flip || grey || flip", "character 14"},
        {"pillow: flip", "unknown convention 'pillow'"},
        {"crop(0.1, 1, cubic)", "knows no word 'cubic'"},
    };
    for (const auto &[text, expected] : cases) {
        const std::string error = parse_error(text);
        EXPECT_EQ(error.rfind("[recipe] ", 0), 0u) << error;
        EXPECT_NE(error.find(expected), std::string::npos) << text << ": " << error;
    }
}

TEST(Recipe, RangesAndCountsAreChecked) {
    for (const char *text : {"crop",
                             "crop(0.1)",
                             "crop(0, 1)",
                             "crop(0.5, 0.2)",
                             "crop(0.5, 1.5)",
                             "crop(0.1, 1, 0.8)",
                             "crop(0.1, 1, 2, 1)",
                             "crop(0.1, 1, 0, 1)",
                             "flip(1)",
                             "flip@1.5",
                             "flip@-0.5",
                             "jitter(1, 1, 1)",
                             "jitter(-1, 1, 1, 0)",
                             "jitter(1, 1, 1, 0.6)",
                             "blur(2)",
                             "blur(0, 1)",
                             "blur(2, 1)",
                             "solarize(1.1)",
                             "solarize",
                             "resize(0)",
                             "resize(2.5)",
                             "centre_crop(5000)",
                             "cutout(0.5, 0.2)",
                             "noise(-1, 1)",
                             "normalize(0, 0, 0, 1, 1, 0)",
                             "normalize(1)",
                             "rotate(90)",
                             "sobel@2"}) {
        const std::string error = parse_error(text);
        EXPECT_NE(error.find("character 1)"), std::string::npos) << text << ": " << error;
        EXPECT_NE(error.find("; write "), std::string::npos) << text << ": " << error;
    }
    EXPECT_NE(error_of([] { operators::crop(0.5, 0.1); }), "no error");
    EXPECT_NE(error_of([] { operators::grey().at(NAN); }), "no error");
}

TEST(Recipe, ErrorsShowTheTextWithACaret) {
    EXPECT_EQ(parse_error("flip |\nblurr(1, 2)"),
              "[recipe] unknown operator 'blurr'; did you mean 'blur'? (character 8)\n"
              "    flip | blurr(1, 2)\n"
              "           ^");
}

TEST(Recipe, ConventionsSetTheWords) {
    const std::vector<std::string> torchvision = {"bilinear", "antialias", "by_area"};
    const std::vector<std::string> simclr = {"catmull_rom", "plain", "by_height"};
    EXPECT_EQ(parse_recipe("crop(0.1, 1)").steps[0].words, torchvision);
    EXPECT_EQ(parse_recipe("torchvision: crop(0.1, 1)").steps[0].words, torchvision);
    EXPECT_EQ(parse_recipe("simclr: crop(0.1, 1)").steps[0].words, simclr);
    EXPECT_EQ(parse_recipe("simclr: crop(0.1, 1, bilinear)").steps[0].words[0], "bilinear");
    EXPECT_EQ(operators::crop(0.1, 1).with("bicubic"), parse_recipe("crop(0.1, 1, bicubic)"));
    EXPECT_NE(error_of([] { operators::flip().with("bicubic"); }), "no error");
}

TEST(Recipe, ViewsMayDiffer) {
    using namespace operators;
    const Recipe built = (crop(0.2, 1) | flip()) || (crop(0.2, 1) | grey().at(0.5));
    EXPECT_EQ(built, parse_recipe("crop(0.2, 1) | flip || crop(0.2, 1) | grey@0.5"));
    EXPECT_EQ(to_text(sequence_of(built)), "crop | flip | grey");
    EXPECT_NE(error_of([&] { built | flip(); }), "no error");
}

TEST(ViewSequence, CarriesRecipesWhoseStepsAreItsOwnInOrder) {
    for (const char *text : {"flip", "crop(0.1, 1) | solarize(0.5)", full_text,
                             "crop(0.1, 1) | blur(1, 2) || flip | grey"}) {
        EXPECT_TRUE(strengths_of(parse_recipe(text), stock)) << text;
    }
    for (const char *text : {"flip | crop(0.1, 1)", "flip | flip", "blur(1, 2) | grey", "rotate",
                             "crop(0.1, 1, plain)", "simclr: crop(0.1, 1)"}) {
        EXPECT_FALSE(strengths_of(parse_recipe(text), stock)) << text;
    }
    // A step that sets the size cannot be left out, nor one that reads the images come later.
    EXPECT_FALSE(strengths_of(parse_recipe("flip"), sequence("resize(32) | flip")));
    EXPECT_FALSE(strengths_of(parse_recipe("crop(0.1, 1)"), sequence("flip | crop(0.1, 1)")));
}

TEST(ViewSequence, OfTwoViewsIsTheShortestOfBoth) {
    EXPECT_EQ(to_text(sequence("flip | grey || crop(0.1, 1) | flip | blur(1, 2)")),
              "crop | flip | grey | blur");
    EXPECT_EQ(to_text(sequence("resize(64) | centre_crop(32)")), "resize(64) | centre_crop(32)");
    EXPECT_EQ(sequence("resize(64) | centre_crop(32)").fixed_side(), 32);
    EXPECT_EQ(stock.fixed_side(), 0);
    const std::string error = error_of([] { sequence("crop(0.1, 1) || resize(32)"); });
    EXPECT_NE(error.find("no kernel can carry both views"), std::string::npos) << error;
}

TEST(ViewSequence, StrengthsHoldEndsOfRangesAndNeutralNumbers) {
    const auto found = strengths_of(
        parse_recipe("crop(0.2, 1) | jitter(0.4, 1.5, 0.25, 0.1)@0.8 || crop(0.2, 1)@0.5"), stock);
    ASSERT_TRUE(found);
    ASSERT_EQ(found->size(), static_cast<size_t>(2 * stock.numbers));
    const auto numbers = [&](int step, int view) {
        const SequenceStep &own = stock.steps[step];
        const auto first = found->begin() + view * stock.numbers + own.first_number;
        return std::vector<float>(first, first + own.numbers);
    };
    const std::vector<float> crop = numbers(0, 0), jitter = numbers(2, 0);
    const double crop_ends[] = {1, 0.2, 1, 0.75, 4.0 / 3, std::log(0.75), std::log(4.0 / 3)};
    const double jitter_ends[] = {0.8, 0.6, 1.4, 0, 2.5, 0.75, 1.25, -0.1, 0.1, 24};
    ASSERT_EQ(crop.size(), std::size(crop_ends));
    ASSERT_EQ(jitter.size(), std::size(jitter_ends));
    for (size_t i = 0; i < crop.size(); i++) {
        EXPECT_FLOAT_EQ(crop[i], static_cast<float>(crop_ends[i])) << i;
    }
    for (size_t i = 0; i < jitter.size(); i++) {
        EXPECT_FLOAT_EQ(jitter[i], static_cast<float>(jitter_ends[i])) << i;
    }
    EXPECT_EQ(numbers(0, 1)[0], 0.5f);
    for (int absent : {1, 3, 4, 5}) {
        EXPECT_EQ(numbers(absent, 0)[0], 0);
    }
    EXPECT_EQ(numbers(2, 1)[0], 0);
}

TEST(ViewSequence, ColumnsHaveTheOrderOfTheEnumeration) {
    ASSERT_EQ(stock.columns.size(), static_cast<size_t>(draw_column_count));
    EXPECT_EQ(stock.column_index("crop_x"), static_cast<int>(DrawColumn::crop_x));
    EXPECT_EQ(stock.column_index("order"), static_cast<int>(DrawColumn::order));
    EXPECT_EQ(stock.column_index("threshold"), static_cast<int>(DrawColumn::threshold));
    const ViewSequence twice = sequence("crop(0.1, 1) | grey | crop(0.1, 1) | grey");
    EXPECT_EQ(twice.column_index("crop_x_2"), twice.column_index("grey") + 1);
    EXPECT_EQ(twice.column_index("grey_2"), 9);
}

} // namespace
