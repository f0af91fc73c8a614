// The table of operators, and the checks of their arguments.
#include "dsl/recipe_forms.h"

#include "dsl/nearest.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace haliclr::dsl {

namespace {

constexpr double smallest = 1e-6;
constexpr double largest = 1000;
constexpr double largest_side = 4096;

// Comparisons are written so that a NaN fails them.
bool is_range(double low, double high, double least, double most) {
    return least <= low && low <= high && high <= most;
}

std::string area_fault(const std::vector<double> &a) {
    if (!is_range(a[0], a[1], smallest, 1)) {
        return "the areas must satisfy 0 < area_low <= area_high <= 1";
    }
    if (!is_range(a[2], a[3], 1 / largest, largest)) {
        return "the aspect ratios must satisfy 0.001 <= ratio_low <= ratio_high <= 1000";
    }
    return "";
}

std::string jitter_fault(const std::vector<double> &a) {
    for (int i = 0; i < 3; i++) {
        if (!(a[i] >= 0 && a[i] <= largest)) {
            return "strength " + number_text(a[i]) + " is not in [0, 1000]";
        }
    }
    if (!(a[3] >= 0 && a[3] <= 0.5)) {
        return "hue " + number_text(a[3]) + " is not in [0, 0.5] turns";
    }
    return "";
}

std::string normalize_fault(const std::vector<double> &a) {
    for (int i = 0; i < 3; i++) {
        if (!(std::abs(a[i]) <= largest)) {
            return "mean " + number_text(a[i]) + " is not in [-1000, 1000]";
        }
        if (!(a[i + 3] >= smallest && a[i + 3] <= largest)) {
            return "deviation " + number_text(a[i + 3]) + " is not in [1e-06, 1000]";
        }
    }
    return "";
}

std::string argument_fault(const RecipeStep &step) {
    const std::vector<double> &a = step.arguments;
    if (step.name == "crop" || step.name == "cutout") {
        return area_fault(a);
    }
    if (step.name == "jitter") {
        return jitter_fault(a);
    }
    if (step.name == "blur" && !is_range(a[0], a[1], smallest, largest)) {
        return "the sigmas must satisfy 0 < sigma_low <= sigma_high <= 1000";
    }
    if (step.name == "noise" && !is_range(a[0], a[1], 0, largest)) {
        return "the sigmas must satisfy 0 <= sigma_low <= sigma_high <= 1000";
    }
    if (step.name == "solarize" && !(a[0] >= 0 && a[0] <= 1)) {
        return "threshold " + number_text(a[0]) + " is not in [0, 1]";
    }
    const bool sized = step.name == "resize" || step.name == "centre_crop";
    if (sized && !(a[0] >= 1 && a[0] <= largest_side && a[0] == std::floor(a[0]))) {
        return "size " + number_text(a[0]) + " is not a whole number from 1 to 4096";
    }
    return step.name == "normalize" ? normalize_fault(a) : "";
}

} // namespace

std::string_view WordGroup::default_word(Convention convention) const {
    return words[convention == Convention::simclr ? simclr : torchvision];
}

const std::vector<OperatorForm> &operator_forms() {
    static const WordGroup interpolation = {{"bilinear", "bicubic", "catmull_rom"}, 0, 2};
    static const WordGroup filter = {{"antialias", "plain"}, 0, 1};
    static const std::vector<OperatorForm> forms = {
        {"crop",
         "crop(area_low, area_high[, ratio_low, ratio_high][, words])",
         2,
         {0, 0, 0.75, 4.0 / 3},
         1,
         {interpolation, filter, {{"by_area", "by_height"}, 0, 1}}},
        {"flip", "flip", 0, {}, 0.5},
        {"rotate", "rotate", 0, {}, 0.75},
        {"jitter",
         "jitter(brightness, contrast, saturation, hue[, words])",
         4,
         {0, 0, 0, 0},
         1,
         {{{"multiplicative", "additive"}, 0, 0},
          {{"grey_mean", "channel_mean"}, 0, 1},
          {{"blend", "hsv"}, 0, 1},
          {{"shuffled", "ordered"}, 0, 0}}},
        {"grey", "grey", 0, {}, 1},
        {"blur",
         "blur(sigma_low, sigma_high[, reflect or zero])",
         2,
         {0, 0},
         1,
         {{{"reflect", "zero"}, 0, 1}}},
        {"solarize", "solarize(threshold)", 1, {0}, 1},
        {"cutout", "cutout(area_low, area_high[, ratio_low, ratio_high])", 2, {0, 0, 0.3, 3.3}, 1},
        {"noise", "noise(sigma_low, sigma_high)", 2, {0, 0}, 1},
        {"sobel", "sobel", 0, {}, 1},
        {"equalize", "equalize", 0, {}, 1},
        {"resize", "resize(side[, words])", 1, {0}, 1, {interpolation, filter}},
        {"centre_crop", "centre_crop(side)", 1, {0}, 1},
        {"normalize",
         "normalize(mean_red, mean_green, mean_blue, std_red, std_green, std_blue), "
         "normalize(imagenet) or normalize(cifar10)",
         6,
         {0, 0, 0, 1, 1, 1},
         1},
    };
    return forms;
}

const OperatorForm *find_form(std::string_view name) {
    const auto &forms = operator_forms();
    const auto found = std::find_if(forms.begin(), forms.end(),
                                    [&](const OperatorForm &form) { return form.name == name; });
    return found == forms.end() ? nullptr : &*found;
}

std::string nearest_operator(std::string_view name) {
    std::vector<std::string> names;
    for (const OperatorForm &form : operator_forms()) {
        names.emplace_back(form.name);
    }
    return nearest(name, names);
}

std::vector<double> named_numbers(std::string_view word) {
    if (word == "imagenet") {
        return {0.485, 0.456, 0.406, 0.229, 0.224, 0.225};
    }
    if (word == "cifar10") {
        return {0.4914, 0.4822, 0.4465, 0.247, 0.2435, 0.2616};
    }
    return {};
}

std::string number_text(double value) {
    char text[32];
    const auto end = std::to_chars(text, text + sizeof text, value).ptr;
    return std::string(text, end);
}

std::string step_fault(const RecipeStep &step) {
    if (!(step.probability >= 0 && step.probability <= 1)) {
        return "probability " + number_text(step.probability) + " is not in [0, 1]";
    }
    return argument_fault(step);
}

RecipeStep complete_step(const OperatorForm &form, Convention convention,
                         std::vector<double> arguments, const std::vector<std::string> &words,
                         double probability, std::string &fault) {
    RecipeStep step{std::string(form.name), {}, {}, probability};
    for (const WordGroup &group : form.groups) {
        step.words.emplace_back(group.default_word(convention));
    }
    for (const std::string &word : words) {
        bool known = false;
        for (size_t i = 0; i < form.groups.size(); i++) {
            const auto &choices = form.groups[i].words;
            if (std::find(choices.begin(), choices.end(), word) != choices.end()) {
                step.words[i] = word;
                known = true;
            }
        }
        if (form.name == "normalize" && !named_numbers(word).empty() && arguments.empty()) {
            arguments = named_numbers(word);
            known = true;
        }
        if (!known) {
            fault = "knows no word '" + word + "'";
            return step;
        }
    }
    const size_t given = arguments.size();
    if (given != form.required && given != form.defaults.size()) {
        fault =
            "takes " + std::to_string(form.required) + " arguments, not " + std::to_string(given);
        return step;
    }
    arguments.insert(arguments.end(), form.defaults.begin() + given, form.defaults.end());
    step.arguments = std::move(arguments);
    fault = step_fault(step);
    return step;
}

} // namespace haliclr::dsl
