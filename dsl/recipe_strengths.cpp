// What the stock kernels need of a recipe: that its sequence is theirs, its run-time numbers, and
// the names of the columns that they draw.
#include "dsl/recipe.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace haliclr::dsl {

namespace {

constexpr std::array<std::string_view, 6> stock_sequence = {"crop", "flip", "jitter",
                                                            "grey", "blur", "solarize"};

// The neutral numbers: every operator has probability 0, and its range is valid.
std::array<float, strength_count> neutral_strengths() {
    std::array<float, strength_count> numbers{};
    for (Strength one : {Strength::area_low, Strength::area_high, Strength::ratio_low,
                         Strength::ratio_high, Strength::brightness_low, Strength::brightness_high,
                         Strength::contrast_low, Strength::contrast_high, Strength::saturation_low,
                         Strength::saturation_high, Strength::sigma_low, Strength::sigma_high}) {
        numbers[static_cast<size_t>(one)] = 1;
    }
    return numbers;
}

// Writes the numbers of one step into the vector.
class StrengthWriter {
public:
    explicit StrengthWriter(std::array<float, strength_count> &numbers) : numbers(numbers) {}

    void write(const RecipeStep &step) {
        const std::vector<double> &a = step.arguments;
        if (step.name == "crop") {
            set(Strength::crop_probability, step.probability);
            set_range(Strength::area_low, a[0], a[1]);
            set_range(Strength::ratio_low, a[2], a[3]);
            set_range(Strength::log_ratio_low, std::log(a[2]), std::log(a[3]));
        } else if (step.name == "flip") {
            set(Strength::flip_probability, step.probability);
        } else if (step.name == "jitter") {
            set(Strength::jitter_probability, step.probability);
            set_range(Strength::brightness_low, std::max(0.0, 1 - a[0]), 1 + a[0]);
            set_range(Strength::contrast_low, std::max(0.0, 1 - a[1]), 1 + a[1]);
            set_range(Strength::saturation_low, std::max(0.0, 1 - a[2]), 1 + a[2]);
            set_range(Strength::hue_low, -a[3], a[3]);
        } else if (step.name == "grey") {
            set(Strength::grey_probability, step.probability);
        } else if (step.name == "blur") {
            set(Strength::blur_probability, step.probability);
            set_range(Strength::sigma_low, a[0], a[1]);
        } else if (step.name == "solarize") {
            set(Strength::solarize_probability, step.probability);
            set(Strength::threshold, a[0]);
        }
    }

private:
    std::array<float, strength_count> &numbers;

    void set(Strength which, double value) {
        numbers[static_cast<size_t>(which)] = static_cast<float>(value);
    }

    // The upper end follows the lower one in the layout.
    void set_range(Strength which_low, double low, double high) {
        set(which_low, low);
        numbers[static_cast<size_t>(which_low) + 1] = static_cast<float>(high);
    }
};

} // namespace

std::vector<std::string> draw_columns() {
    return {"crop_x",     "crop_y",   "crop_width", "crop_height", "flip", "jitter", "order",
            "brightness", "contrast", "saturation", "hue",         "grey", "sigma",  "threshold"};
}

void check_stock_sequence(const Recipe &recipe) {
    auto next = stock_sequence.begin();
    for (const RecipeStep &step : recipe.steps) {
        const auto found = std::find(next, stock_sequence.end(), step.name);
        if (found == stock_sequence.end()) {
            throw std::invalid_argument(
                "[recipe] the stock kernels run crop | flip | jitter | grey | blur | solarize, "
                "each at most once and in this order; '" +
                step.name + "' is out of place in \"" + to_text(recipe) +
                "\"; reorder the recipe (`haliclr build`, which will compile other sequences, "
                "is not in this version)");
        }
        next = found + 1;
    }
}

std::array<float, strength_count> strengths(const Recipe &recipe) {
    check_stock_sequence(recipe);
    std::array<float, strength_count> numbers = neutral_strengths();
    StrengthWriter writer(numbers);
    for (const RecipeStep &step : recipe.steps) {
        writer.write(step);
    }
    return numbers;
}

} // namespace haliclr::dsl
