// Sequences of recipes: their layout, their union for two views, and the numbers of a recipe.
#include "dsl/view_sequence.h"

#include "dsl/recipe_forms.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace haliclr::dsl {

namespace {

using Columns = std::vector<DrawColumnForm>;

bool is_geometric(const std::string &name) {
    return name == "crop" || name == "resize" || name == "centre_crop";
}

int side_of(const RecipeStep &step) {
    return step.name == "resize" || step.name == "centre_crop"
               ? static_cast<int>(step.arguments.at(0))
               : 0;
}

// `ordered` is a run-time number.
std::vector<std::string> compiled_words(const RecipeStep &step) {
    std::vector<std::string> words = step.words;
    if (step.name == "jitter") {
        words.pop_back();
    }
    return words;
}

bool same(const RecipeStep &left, const RecipeStep &right) {
    return left.name == right.name && compiled_words(left) == compiled_words(right) &&
           side_of(left) == side_of(right);
}

bool carries(const SequenceStep &own, const RecipeStep &step) {
    return own.name == step.name && own.words == compiled_words(step) && own.side == side_of(step);
}

Columns columns_of(const SequenceStep &step, bool reads_image) {
    const float whole = reads_image ? 0 : 1;
    const float no_brightness = step.uses("additive") ? 0 : 1;
    if (step.name == "crop") {
        return {{"crop_x", 0}, {"crop_y", 0}, {"crop_width", whole}, {"crop_height", whole}};
    }
    if (step.name == "jitter") {
        return {{"jitter", 0},   {"order", 0},      {"brightness", no_brightness},
                {"contrast", 1}, {"saturation", 1}, {"hue", 0}};
    }
    if (step.name == "blur") {
        return {{"sigma", 0}};
    }
    if (step.name == "solarize") {
        return {{"threshold", 2}};
    }
    if (step.name == "cutout") {
        return {{"cutout_x", 0}, {"cutout_y", 0}, {"cutout_width", 0}, {"cutout_height", 0}};
    }
    if (step.name == "noise") {
        return {{"noise_sigma", 0}, {"noise_key_low", 0}, {"noise_key_high", 0}};
    }
    if (step.name == "normalize") {
        return {{"mean_red", 0}, {"mean_green", 0}, {"mean_blue", 0},
                {"std_red", 1},  {"std_green", 1},  {"std_blue", 1}};
    }
    return {{step.name, 0}};
}

// The probability, then the ends of each uniform distribution.
std::vector<double> numbers_of(const RecipeStep &step) {
    const std::vector<double> &a = step.arguments;
    const double p = step.probability;
    const auto word = [&](const char *wanted) {
        return std::find(step.words.begin(), step.words.end(), wanted) != step.words.end();
    };
    if (step.name == "crop" || step.name == "cutout") {
        return {p, a[0], a[1], a[2], a[3], std::log(a[2]), std::log(a[3])};
    }
    if (step.name == "jitter") {
        const double none = word("additive") ? 0 : 1;
        return {p,        std::max(none - 1, none - a[0]), none + a[0], std::max(0.0, 1 - a[1]),
                1 + a[1], std::max(0.0, 1 - a[2]),         1 + a[2],    -a[3],
                a[3],     word("ordered") ? 1.0 : 24.0};
    }
    std::vector<double> numbers = {p};
    numbers.insert(numbers.end(), a.begin(), a.end());
    return numbers;
}

// Of a step that no view takes: probability 0 and valid ranges.
std::vector<float> neutral_numbers(const SequenceStep &step) {
    std::vector<float> numbers(step.numbers, 1.0f);
    numbers[0] = 0;
    return numbers;
}

// Where each of the view's steps lies in the sequence, or nothing.
std::optional<std::vector<int>> places(const std::vector<RecipeStep> &steps,
                                       const ViewSequence &sequence) {
    std::vector<int> found;
    size_t next = 0;
    for (const RecipeStep &step : steps) {
        while (next < sequence.steps.size() && !carries(sequence.steps[next], step)) {
            next++;
        }
        if (next == sequence.steps.size()) {
            return std::nullopt;
        }
        found.push_back(static_cast<int>(next++));
    }
    // An operator that reads the images has to be the sequence's first as well.
    if (is_geometric(steps[0].name) && (found[0] != 0 || !sequence.reads_images_by_first_step)) {
        return std::nullopt;
    }
    for (size_t i = 0; i < sequence.steps.size(); i++) {
        const bool missing = std::find(found.begin(), found.end(), i) == found.end();
        if (sequence.steps[i].side > 0 && missing) {
            return std::nullopt; // it cannot be left out: it sets the image's size
        }
    }
    return found;
}

// Shortest common supersequence by dynamic programming from the ends.
std::vector<RecipeStep> merged(const std::vector<RecipeStep> &a, const std::vector<RecipeStep> &b) {
    std::vector<std::vector<size_t>> length(a.size() + 1, std::vector<size_t>(b.size() + 1));
    for (size_t i = a.size() + 1; i-- > 0;) {
        for (size_t j = b.size() + 1; j-- > 0;) {
            length[i][j] = i == a.size()      ? b.size() - j
                           : j == b.size()    ? a.size() - i
                           : same(a[i], b[j]) ? 1 + length[i + 1][j + 1]
                                              : 1 + std::min(length[i + 1][j], length[i][j + 1]);
        }
    }
    std::vector<RecipeStep> all;
    for (size_t i = 0, j = 0; i < a.size() || j < b.size();) {
        if (i < a.size() && j < b.size() && same(a[i], b[j])) {
            all.push_back(a[i++]);
            j++;
        } else if (j == b.size() || (i < a.size() && length[i + 1][j] <= length[i][j + 1])) {
            all.push_back(a[i++]);
        } else {
            all.push_back(b[j++]);
        }
    }
    return all;
}

// Both views' steps; an operator that reads the images stays in front.
std::vector<RecipeStep> steps_of_both(const Recipe &recipe) {
    std::vector<RecipeStep> a = recipe.of_view(0), b = recipe.of_view(1);
    if (is_geometric(a[0].name) == is_geometric(b[0].name)) {
        return merged(a, b);
    }
    std::vector<RecipeStep> &reader = is_geometric(a[0].name) ? a : b;
    const RecipeStep first = reader[0];
    reader.erase(reader.begin());
    std::vector<RecipeStep> all = merged(a, b);
    all.insert(all.begin(), first);
    return all;
}

ViewSequence laid_out(const std::vector<RecipeStep> &steps) {
    ViewSequence sequence;
    sequence.reads_images_by_first_step = is_geometric(steps[0].name);
    for (const RecipeStep &given : steps) {
        SequenceStep step{given.name, compiled_words(given), side_of(given)};
        for (const SequenceStep &before : sequence.steps) {
            step.occurrence += before.name == step.name;
        }
        const bool reads_image = sequence.steps.empty() && sequence.reads_images_by_first_step;
        const std::string suffix =
            step.occurrence == 0 ? "" : "_" + std::to_string(step.occurrence + 1);
        step.first_column = static_cast<int>(sequence.columns.size());
        for (const DrawColumnForm &column : columns_of(step, reads_image)) {
            sequence.columns.push_back({column.name + suffix, column.neutral});
            step.columns++;
        }
        step.first_number = sequence.numbers;
        step.numbers = static_cast<int>(numbers_of(given).size());
        sequence.numbers += step.numbers;
        sequence.steps.push_back(step);
    }
    return sequence;
}

} // namespace

bool SequenceStep::uses(const std::string &word) const {
    return std::find(words.begin(), words.end(), word) != words.end();
}

int ViewSequence::fixed_side() const {
    const auto last = std::find_if(steps.rbegin(), steps.rend(), [](const SequenceStep &step) {
        return is_geometric(step.name);
    });
    return last == steps.rend() ? 0 : last->side;
}

int ViewSequence::column_index(const std::string &name) const {
    for (size_t i = 0; i < columns.size(); i++) {
        if (columns[i].name == name) {
            return static_cast<int>(i);
        }
    }
    throw std::out_of_range("[views] the sequence has no column " + name);
}

ViewSequence sequence_of(const Recipe &recipe) {
    ViewSequence sequence = laid_out(steps_of_both(recipe));
    if (!strengths_of(recipe, sequence)) {
        throw std::invalid_argument(
            "[recipe] no kernel can carry both views of \"" + to_text(recipe) +
            "\": begin both with the same crop, resize or centre_crop, and give both the same "
            "resize and centre_crop steps");
    }
    return sequence;
}

std::optional<std::vector<float>> strengths_of(const Recipe &recipe, const ViewSequence &sequence) {
    std::vector<float> strengths;
    for (int view = 0; view < 2; view++) {
        const auto found = places(recipe.of_view(view), sequence);
        if (!found) {
            return std::nullopt;
        }
        for (const SequenceStep &step : sequence.steps) {
            const auto neutral = neutral_numbers(step);
            strengths.insert(strengths.end(), neutral.begin(), neutral.end());
        }
        for (size_t i = 0; i < found->size(); i++) {
            const auto numbers = numbers_of(recipe.of_view(view)[i]);
            const SequenceStep &own = sequence.steps[(*found)[i]];
            std::copy(numbers.begin(), numbers.end(),
                      strengths.begin() + view * sequence.numbers + own.first_number);
        }
    }
    return strengths;
}

std::string to_text(const ViewSequence &sequence) {
    std::string text;
    for (const SequenceStep &step : sequence.steps) {
        const OperatorForm &form = *find_form(step.name);
        std::string inside = step.side > 0 ? std::to_string(step.side) : "";
        for (size_t i = 0; i < step.words.size(); i++) {
            if (step.words[i] != form.groups[i].default_word(Convention::torchvision)) {
                inside += (inside.empty() ? "" : ", ") + step.words[i];
            }
        }
        text += (text.empty() ? "" : " | ") + step.name;
        text += inside.empty() ? "" : "(" + inside + ")";
    }
    return text;
}

} // namespace haliclr::dsl
