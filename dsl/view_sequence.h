// What is compiled of a recipe: the sequence of its operators with their words. Probabilities and
// strengths are run-time numbers, so one sequence serves every recipe whose steps are among its
// own, in its order. Also the layout of the two tables between the kernels. Free of Halide.
//
//   strengths  float32 [2, numbers]: of each view, each step's numbers one after another
//   draws      float32 [V, columns]: of each view, each step's columns one after another
#pragma once

#include "dsl/recipe.h"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace haliclr::dsl {

// A column of the table of draws, and its value for a view that does not take the operator.
struct DrawColumnForm {
    std::string name;
    float neutral;
};

struct SequenceStep {
    std::string name;
    std::vector<std::string> words;
    int side = 0;       // of resize and centre_crop: the side of the square that it makes; else 0
    int occurrence = 0; // of this operator in the sequence, from 0
    int first_column = 0, columns = 0;
    int first_number = 0, numbers = 0;

    bool uses(const std::string &word) const;
};

struct ViewSequence {
    std::vector<SequenceStep> steps;
    // A geometric operator that comes first reads the images themselves; without one they are
    // first squeezed whole into squares of the views' side.
    bool reads_images_by_first_step = false;
    std::vector<DrawColumnForm> columns;
    int numbers = 0;

    // The side of the views that the sequence makes, 0 for any.
    int fixed_side() const;
    int column_index(const std::string &name) const; // throws std::out_of_range
};

// The shortest sequence that carries both views' steps. Throws std::invalid_argument "[recipe] ..."
// where no sequence carries both.
ViewSequence sequence_of(const Recipe &recipe);

// The strengths of both views, or nothing if the sequence does not carry the recipe. A step that
// a view lacks has probability 0.
std::optional<std::vector<float>> strengths_of(const Recipe &recipe, const ViewSequence &sequence);

// As a recipe without its run-time numbers, for messages: "crop(plain) | flip | resize(256)".
std::string to_text(const ViewSequence &sequence);

// The recipe whose sequence every build compiles.
inline constexpr const char *stock_recipe =
    "crop(0.08, 1) | flip | jitter(0.8, 0.8, 0.8, 0.2)@0.8 | grey@0.2 | blur(0.1, 2)@0.5 | "
    "solarize(0.5)@0";

// Columns of the stock sequence, by index. crop_*: source pixels; flip, jitter, grey: 0 or 1;
// order: 0..23, the lexicographic rank of the permutation of brightness 0, contrast 1, saturation
// 2, hue 3; brightness, contrast, saturation: factors, 1 = none; hue: turns in -0.5..0.5; sigma:
// output pixels, 0 = none; threshold: 0..1, above 1 = none.
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

} // namespace haliclr::dsl
