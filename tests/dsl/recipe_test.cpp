// The recipe language: text to steps and back, the C++ builder, and what each error says.
#include "dsl/recipe.h"

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

float strength(const Recipe &recipe, Strength which) {
    return strengths(recipe)[static_cast<size_t>(which)];
}

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
    for (const char *text : {full_text, "flip@1", "crop(0.2, 0.9, 0.5, 2)@0.25", "blur(1e-3, 0.1)",
                             "solarize(0.5)@0.1", " flip|\tgrey @ 0.125\n",
                             "jitter(0.1, 0.30000000000000004, 0, 0.5)"}) {
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
        {"crop(0.1, x)", "character 11"},
        {"crop(0.1, 1", "character 12"},
        {"grey@", "character 6"},
        {"grey@nan", "expected a number"},
        {"crop(inf, 1)", "expected a number"},
        {"| flip", "character 1"},
        {"Flip", "character 1"},
    };
    for (const auto &[text, expected] : cases) {
        const std::string error = parse_error(text);
        EXPECT_EQ(error.rfind("[recipe] ", 0), 0u) << error;
        EXPECT_NE(error.find(expected), std::string::npos) << text << ": " << error;
        EXPECT_EQ(error.find('\n'), std::string::npos) << error;
    }
}

TEST(Recipe, RangesAndCountsAreChecked) {
    for (const char *text :
         {"crop", "crop(0.1)", "crop(0, 1)", "crop(0.5, 0.2)", "crop(0.5, 1.5)",
          "crop(0.1, 1, 0.8)", "crop(0.1, 1, 2, 1)", "crop(0.1, 1, 0, 1)", "flip(1)", "flip@1.5",
          "flip@-0.5", "jitter(1, 1, 1)", "jitter(-1, 1, 1, 0)", "jitter(1, 1, 1, 0.6)", "blur(2)",
          "blur(0, 1)", "blur(2, 1)", "solarize(1.1)", "solarize"}) {
        const std::string error = parse_error(text);
        EXPECT_NE(error.find("character 1 "), std::string::npos) << text << ": " << error;
        EXPECT_NE(error.find("; write "), std::string::npos) << text << ": " << error;
    }
    EXPECT_NE(error_of([] { operators::crop(0.5, 0.1); }), "no error");
    EXPECT_NE(error_of([] { operators::grey().at(NAN); }), "no error");
}

TEST(Recipe, StockSequenceIsASubsequenceInOrder) {
    for (const char *text : {"flip", "crop(0.1, 1) | solarize(0.5)", full_text}) {
        EXPECT_NO_THROW(check_stock_sequence(parse_recipe(text))) << text;
    }
    for (const char *text : {"flip | crop(0.1, 1)", "flip | flip", "blur(1, 2) | grey"}) {
        const std::string error = error_of([&] { strengths(parse_recipe(text)); });
        EXPECT_NE(error.find("haliclr build"), std::string::npos) << error;
        EXPECT_NE(error.find(text), std::string::npos) << error;
    }
}

TEST(Recipe, StrengthsHoldEndsOfRangesAndNeutralNumbers) {
    const Recipe recipe = parse_recipe("crop(0.2, 1) | jitter(0.4, 1.5, 0.25, 0.1)@0.8");
    EXPECT_FLOAT_EQ(strength(recipe, Strength::crop_probability), 1);
    EXPECT_FLOAT_EQ(strength(recipe, Strength::area_low), 0.2f);
    EXPECT_FLOAT_EQ(strength(recipe, Strength::ratio_high), 4.0f / 3);
    EXPECT_FLOAT_EQ(strength(recipe, Strength::log_ratio_low), std::log(0.75f));
    EXPECT_FLOAT_EQ(strength(recipe, Strength::jitter_probability), 0.8f);
    EXPECT_FLOAT_EQ(strength(recipe, Strength::brightness_low), 0.6f);
    EXPECT_FLOAT_EQ(strength(recipe, Strength::contrast_low), 0);
    EXPECT_FLOAT_EQ(strength(recipe, Strength::contrast_high), 2.5f);
    EXPECT_FLOAT_EQ(strength(recipe, Strength::saturation_high), 1.25f);
    EXPECT_FLOAT_EQ(strength(recipe, Strength::hue_low), -0.1f);
    EXPECT_FLOAT_EQ(strength(recipe, Strength::hue_high), 0.1f);
    for (Strength absent : {Strength::flip_probability, Strength::grey_probability,
                            Strength::blur_probability, Strength::solarize_probability}) {
        EXPECT_EQ(strength(recipe, absent), 0);
    }
}

TEST(Recipe, ColumnsHaveTheOrderOfTheEnumeration) {
    const std::vector<std::string> columns = draw_columns();
    ASSERT_EQ(columns.size(), static_cast<size_t>(draw_column_count));
    EXPECT_EQ(columns[static_cast<size_t>(DrawColumn::crop_x)], "crop_x");
    EXPECT_EQ(columns[static_cast<size_t>(DrawColumn::order)], "order");
    EXPECT_EQ(columns[static_cast<size_t>(DrawColumn::threshold)], "threshold");
}

} // namespace
