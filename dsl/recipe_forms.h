// The operators of the recipe language: their arguments, words, defaults and ranges.
#pragma once

#include "dsl/recipe.h"

namespace haliclr::dsl {

enum class Convention { torchvision, simclr };

// Words of which an operator uses exactly one; by default the convention's.
struct WordGroup {
    std::vector<std::string_view> words;
    size_t torchvision, simclr;

    std::string_view default_word(Convention convention) const;
};

// Arguments left out take the defaults; either all of `required` or all of the defaults are given.
struct OperatorForm {
    std::string_view name;
    std::string_view usage;
    size_t required;
    std::vector<double> defaults;
    double probability; // without `@p`
    std::vector<WordGroup> groups = {};
};

const std::vector<OperatorForm> &operator_forms();

// The form with this name, or null.
const OperatorForm *find_form(std::string_view name);

// The name of an operator that is most like this one.
std::string nearest_operator(std::string_view name);

// Six numbers that a word stands for (`imagenet`, `cifar10`), or none.
std::vector<double> named_numbers(std::string_view word);

// What is wrong with the step, or nothing.
std::string step_fault(const RecipeStep &step);

// A number as the language writes it.
std::string number_text(double value);

// Fills in defaults and words. What is wrong is reported through `fault`, which stays empty else.
RecipeStep complete_step(const OperatorForm &form, Convention convention,
                         std::vector<double> arguments, const std::vector<std::string> &words,
                         double probability, std::string &fault);

} // namespace haliclr::dsl
