// The augmentation language: a recipe is a sequence of image operators, written as text or in C++.
//
//     crop(0.08, 1) | flip | jitter(0.8, 0.8, 0.8, 0.2)@0.8 | grey@0.2 | blur(0.1, 2)@0.5
//
//     using namespace haliclr::dsl::operators;
//     Recipe recipe = crop(0.08, 1) | flip() | jitter(0.8, 0.8, 0.8, 0.2).at(0.8) | grey().at(0.2);
//
// Free of Halide, so that the runtime can read recipes too. docs/recipe.md describes the language.
// Every error is a std::invalid_argument of one line that starts with "[recipe]".
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace haliclr::dsl {

// One operator of a recipe with all its arguments (defaults filled in), taken with a probability.
struct RecipeStep {
    std::string name;
    std::vector<double> arguments;
    double probability;

    bool operator==(const RecipeStep &) const = default;
};

// A sequence of steps, never empty, each within its operator's ranges.
struct Recipe {
    std::vector<RecipeStep> steps;

    // The same recipe with its last step taken with this probability.
    Recipe at(double probability) const;

    bool operator==(const Recipe &) const = default;
};

Recipe operator|(const Recipe &first, const Recipe &second);

// The operators as C++ functions; their arguments are those of the text form.
namespace operators {
Recipe crop(double area_low, double area_high);
Recipe crop(double area_low, double area_high, double ratio_low, double ratio_high);
Recipe flip();
Recipe jitter(double brightness, double contrast, double saturation, double hue);
Recipe grey();
Recipe blur(double sigma_low, double sigma_high);
Recipe solarize(double threshold);
} // namespace operators

// Reads the text form. An error names the character (from 1) at which it was found.
Recipe parse_recipe(std::string_view text);

// The text form, such that parse_recipe(to_text(recipe)) == recipe.
std::string to_text(const Recipe &recipe);

// Columns of the table of draws, in this order for every stock recipe. crop_*: source pixels; flip,
// jitter, grey: 0 or 1; order: 0..23, the lexicographic rank of the permutation of brightness 0,
// contrast 1, saturation 2, hue 3; brightness, contrast, saturation: factors, 1 = none; hue: turns
// in -0.5..0.5; sigma: output pixels, 0 = none; threshold: 0..1, above 1 = none.
enum class DrawColumn {
    crop_x,
    crop_y,
    crop_width,
    crop_height,
    flip,
    jitter,
    order,
    brightness,
    contrast,
    saturation,
    hue,
    grey,
    sigma,
    threshold,
};
inline constexpr int draw_column_count = 14;

// The names of the columns, in the order of DrawColumn.
std::vector<std::string> draw_columns();

// Run-time numbers of a stock recipe: the layout of the float32 vector that the draws kernel reads.
// An operator that the recipe lacks has probability 0. Pairs are the ends of uniform distributions;
// the aspect ratio (width / height) is log-uniform between ratio_low and ratio_high.
enum class Strength {
    crop_probability,
    area_low,
    area_high,
    ratio_low,
    ratio_high,
    log_ratio_low,
    log_ratio_high,
    flip_probability,
    jitter_probability,
    brightness_low,
    brightness_high,
    contrast_low,
    contrast_high,
    saturation_low,
    saturation_high,
    hue_low,
    hue_high,
    grey_probability,
    blur_probability,
    sigma_low,
    sigma_high,
    solarize_probability,
    threshold,
};
inline constexpr int strength_count = 23;

// Throws unless the steps are a subsequence, in order, of
// crop | flip | jitter | grey | blur | solarize: the sequence that the stock kernels carry.
void check_stock_sequence(const Recipe &recipe);

// The numbers for the draws kernel, indexed by Strength. Throws where check_stock_sequence does.
std::array<float, strength_count> strengths(const Recipe &recipe);

} // namespace haliclr::dsl
