// The C++ builder and the text form.
#include "dsl/recipe.h"

#include "dsl/recipe_forms.h"

#include <algorithm>
#include <stdexcept>

namespace haliclr::dsl {

namespace {

[[noreturn]] void fail(const OperatorForm &form, const std::string &fault) {
    throw std::invalid_argument("[recipe] " + std::string(form.name) + ": " + fault + "; write " +
                                std::string(form.usage));
}

Recipe single_step(std::string_view name, std::vector<double> arguments) {
    const OperatorForm &form = *find_form(name);
    std::string fault;
    RecipeStep step = complete_step(form, Convention::torchvision, std::move(arguments), {},
                                    form.probability, fault);
    if (!fault.empty()) {
        fail(form, fault);
    }
    return Recipe{{std::move(step)}, {}};
}

void require_symmetric(const Recipe &first, const Recipe &second) {
    if (!first.second.empty() || !second.second.empty()) {
        throw std::invalid_argument(
            "[recipe] a recipe with a second view's own steps cannot be joined; join each view's "
            "steps with | first, then both views with ||");
    }
}

std::string to_text(const std::vector<RecipeStep> &steps) {
    std::string text;
    for (const RecipeStep &step : steps) {
        text += (text.empty() ? "" : " | ") + dsl::to_text(step);
    }
    return text;
}

} // namespace

Recipe Recipe::at(double probability) const {
    Recipe recipe = *this;
    RecipeStep &step = recipe.second.empty() ? recipe.steps.back() : recipe.second.back();
    step.probability = probability;
    const std::string fault = step_fault(step);
    if (!fault.empty()) {
        fail(*find_form(step.name), fault);
    }
    return recipe;
}

Recipe Recipe::with(std::string_view word) const {
    Recipe recipe = *this;
    RecipeStep &step = recipe.second.empty() ? recipe.steps.back() : recipe.second.back();
    const OperatorForm &form = *find_form(step.name);
    std::string fault;
    std::vector<std::string> words = step.words;
    words.emplace_back(word);
    step = complete_step(form, Convention::torchvision, step.arguments, words, step.probability,
                         fault);
    if (!fault.empty()) {
        fail(form, fault);
    }
    return recipe;
}

const std::vector<RecipeStep> &Recipe::of_view(int view) const {
    return view == 0 || second.empty() ? steps : second;
}

Recipe operator|(const Recipe &first, const Recipe &second) {
    require_symmetric(first, second);
    Recipe joined = first;
    joined.steps.insert(joined.steps.end(), second.steps.begin(), second.steps.end());
    return joined;
}

Recipe operator||(const Recipe &first, const Recipe &second) {
    require_symmetric(first, second);
    return Recipe{first.steps, second.steps};
}

namespace operators {

Recipe crop(double area_low, double area_high) {
    return single_step("crop", {area_low, area_high});
}

Recipe crop(double area_low, double area_high, double ratio_low, double ratio_high) {
    return single_step("crop", {area_low, area_high, ratio_low, ratio_high});
}

Recipe flip() {
    return single_step("flip", {});
}

Recipe rotate() {
    return single_step("rotate", {});
}

Recipe jitter(double brightness, double contrast, double saturation, double hue) {
    return single_step("jitter", {brightness, contrast, saturation, hue});
}

Recipe grey() {
    return single_step("grey", {});
}

Recipe blur(double sigma_low, double sigma_high) {
    return single_step("blur", {sigma_low, sigma_high});
}

Recipe solarize(double threshold) {
    return single_step("solarize", {threshold});
}

Recipe cutout(double area_low, double area_high) {
    return single_step("cutout", {area_low, area_high});
}

Recipe noise(double sigma_low, double sigma_high) {
    return single_step("noise", {sigma_low, sigma_high});
}

Recipe sobel() {
    return single_step("sobel", {});
}

Recipe equalize() {
    return single_step("equalize", {});
}

Recipe resize(int side) {
    return single_step("resize", {static_cast<double>(side)});
}

Recipe centre_crop(int side) {
    return single_step("centre_crop", {static_cast<double>(side)});
}

Recipe normalize(std::vector<double> means_then_deviations) {
    return single_step("normalize", std::move(means_then_deviations));
}

} // namespace operators

std::string to_text(const RecipeStep &step) {
    const OperatorForm &form = *find_form(step.name);
    // Arguments and words that may be left out are, where they hold their defaults.
    const bool usual = std::equal(step.arguments.begin() + form.required, step.arguments.end(),
                                  form.defaults.begin() + form.required);
    std::vector<std::string> shown;
    for (size_t i = 0; i < (usual ? form.required : step.arguments.size()); i++) {
        shown.push_back(number_text(step.arguments[i]));
    }
    for (size_t i = 0; i < step.words.size(); i++) {
        if (step.words[i] != form.groups[i].default_word(Convention::torchvision)) {
            shown.push_back(step.words[i]);
        }
    }
    std::string text = step.name;
    for (size_t i = 0; i < shown.size(); i++) {
        text += (i == 0 ? "(" : ", ") + shown[i];
    }
    text += shown.empty() ? "" : ")";
    return text + (step.probability == form.probability ? "" : "@" + number_text(step.probability));
}

std::string to_text(const Recipe &recipe) {
    return to_text(recipe.steps) + (recipe.second.empty() ? "" : " || " + to_text(recipe.second));
}

} // namespace haliclr::dsl
