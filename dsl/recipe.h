// The augmentation language: a recipe is a sequence of image operators, written as text or in C++.
//
//     crop(0.08, 1) | flip | jitter(0.8, 0.8, 0.8, 0.2)@0.8 | grey@0.2 | blur(0.1, 2)@0.5
//
//     using namespace haliclr::dsl::operators;
//     Recipe recipe = crop(0.08, 1) | flip() | jitter(0.8, 0.8, 0.8, 0.2).at(0.8) | grey().at(0.2);
//
// `a || b` makes the first view of each image by a and the second by b. A text may start with the
// name of a convention, `torchvision:` (the default) or `simclr:`, which sets the words that its
// operators take where none is given. Free of Halide, so that the runtime can read recipes too.
// docs/recipe.md describes the language. Every error is a std::invalid_argument that starts with
// "[recipe]"; one of a text shows the text with a caret below the character.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace haliclr::dsl {

// One operator of a recipe with all its arguments (defaults filled in), taken with a probability.
struct RecipeStep {
    std::string name;
    std::vector<double> arguments;
    std::vector<std::string> words; // a choice from each of the operator's groups, in their order
    double probability = 1;

    bool operator==(const RecipeStep &) const = default;
};

// A sequence of steps, never empty, each within its operator's ranges.
struct Recipe {
    std::vector<RecipeStep> steps;
    std::vector<RecipeStep> second; // of the second view; empty: as the first

    // The same recipe with its last step taken with this probability.
    Recipe at(double probability) const;

    // The same recipe with its last step using this word, for example "bicubic".
    Recipe with(std::string_view word) const;

    // The steps of view 0 or 1.
    const std::vector<RecipeStep> &of_view(int view) const;

    bool operator==(const Recipe &) const = default;
};

// Both for symmetric recipes only: first | second is the longer sequence, first || second the
// recipe of the two views.
Recipe operator|(const Recipe &first, const Recipe &second);
Recipe operator||(const Recipe &first, const Recipe &second);

// The operators as C++ functions; their arguments are those of the text form.
namespace operators {
Recipe crop(double area_low, double area_high);
Recipe crop(double area_low, double area_high, double ratio_low, double ratio_high);
Recipe flip();
Recipe rotate();
Recipe jitter(double brightness, double contrast, double saturation, double hue);
Recipe grey();
Recipe blur(double sigma_low, double sigma_high);
Recipe solarize(double threshold);
Recipe cutout(double area_low, double area_high);
Recipe noise(double sigma_low, double sigma_high);
Recipe sobel();
Recipe equalize();
Recipe resize(int side);
Recipe centre_crop(int side);
Recipe normalize(std::vector<double> means_then_deviations);
} // namespace operators

// Reads the text form.
Recipe parse_recipe(std::string_view text);

// The text form, such that parse_recipe(to_text(recipe)) == recipe.
std::string to_text(const Recipe &recipe);
std::string to_text(const RecipeStep &step);

} // namespace haliclr::dsl
