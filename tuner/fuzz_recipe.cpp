// Steps are drawn from the language's own table of operators, so that a new one is known by itself
// where its arguments are areas or deviations, as by default.
#include "tuner/fuzz_recipe.h"

#include "dsl/recipe_forms.h"
#include "dsl/view_sequence.h"

#include <stdexcept>

namespace haliclr::tuner {

namespace {

constexpr int most_steps = 5, largest_side = 48;

double hundredths(SplitMix &random, int low, int high) {
    return random.between(low, high) / 100.0;
}

// low <= high, in hundredths.
std::vector<double> range(SplitMix &random, int least, int most) {
    const int low = random.between(least, most);
    return {low / 100.0, hundredths(random, low, most)};
}

std::vector<double> random_arguments(SplitMix &random, const std::string &name) {
    if (name == "crop" || name == "cutout") {
        std::vector<double> arguments = range(random, 2, 100);
        if (random.happens(50)) {
            const std::vector<double> ratios = range(random, 20, 400);
            arguments.insert(arguments.end(), ratios.begin(), ratios.end());
        }
        return arguments;
    }
    if (name == "jitter") {
        return {hundredths(random, 0, 150), hundredths(random, 0, 150), hundredths(random, 0, 150),
                hundredths(random, 0, 50)};
    }
    if (name == "solarize") {
        return {hundredths(random, 0, 100)};
    }
    if (name == "resize" || name == "centre_crop") {
        return {static_cast<double>(random.between(1, largest_side))};
    }
    if (name == "normalize") {
        return {hundredths(random, -50, 100), hundredths(random, -50, 100),
                hundredths(random, -50, 100), hundredths(random, 10, 200),
                hundredths(random, 10, 200),  hundredths(random, 10, 200)};
    }
    return name == "blur"    ? range(random, 1, 400)
           : name == "noise" ? range(random, 0, 50)
                             : std::vector<double>{};
}

dsl::RecipeStep random_step(SplitMix &random) {
    const dsl::OperatorForm &form = random.pick(dsl::operator_forms());
    std::vector<std::string> words;
    for (const dsl::WordGroup &group : form.groups) {
        words.emplace_back(random.pick(group.words));
    }
    const double probability = random.happens(50)   ? form.probability
                               : random.happens(20) ? random.between(0, 1)
                                                    : hundredths(random, 1, 99);
    std::string fault;
    const std::string name(form.name);
    dsl::RecipeStep step =
        dsl::complete_step(form, dsl::Convention::torchvision, random_arguments(random, name),
                           words, probability, fault);
    if (!fault.empty()) {
        throw std::logic_error("drew a step that is none: " + name + ": " + fault);
    }
    return step;
}

std::vector<dsl::RecipeStep> random_steps(SplitMix &random) {
    std::vector<dsl::RecipeStep> steps;
    for (int left = random.between(1, most_steps); left > 0; --left) {
        steps.push_back(random_step(random));
    }
    return steps;
}

// The first view's steps with other probabilities, one of them left out, or one more at the end.
std::vector<dsl::RecipeStep> second_view(SplitMix &random, std::vector<dsl::RecipeStep> steps) {
    for (dsl::RecipeStep &step : steps) {
        step.probability = random.happens(50) ? step.probability : hundredths(random, 0, 100);
    }
    if (steps.size() > 1 && random.happens(50)) {
        steps.erase(steps.begin() + random.between(0, static_cast<int>(steps.size()) - 1));
    } else if (steps.size() < most_steps) {
        steps.push_back(random_step(random));
    }
    return steps;
}

bool can_be_carried(const std::string &text) {
    try {
        dsl::sequence_of(dsl::parse_recipe(text));
        return true;
    } catch (const std::invalid_argument &) {
        return false; // its two views have no sequence in common
    }
}

} // namespace

std::string random_recipe(SplitMix &random) {
    for (;;) {
        dsl::Recipe recipe{random_steps(random), {}};
        if (random.happens(30)) {
            recipe.second = second_view(random, recipe.steps);
        }
        // Under the other convention the words that the text leaves out are other ones.
        const std::string text = (random.happens(30) ? "simclr: " : "") + dsl::to_text(recipe);
        if (can_be_carried(text)) {
            return text;
        }
    }
}

} // namespace haliclr::tuner
