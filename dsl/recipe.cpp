// The recipe language: its operators with their arguments and ranges, the C++ builder, the parser
// and the text form. The numbers of a stock recipe are in recipe_strengths.cpp.
#include "dsl/recipe.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>
#include <stdexcept>

namespace haliclr::dsl {

namespace {

// The form of one operator. Arguments left out take the defaults; either all of `required` or all
// of the defaults are given.
struct OperatorForm {
    std::string_view name;
    std::string_view usage;
    size_t required;
    std::vector<double> defaults;
    double probability;
};

// In the order of the stock sequence.
const std::vector<OperatorForm> &operator_forms() {
    static const std::vector<OperatorForm> forms = {
        {"crop", "crop(area_low, area_high[, ratio_low, ratio_high])", 2, {0, 0, 0.75, 4.0 / 3}, 1},
        {"flip", "flip", 0, {}, 0.5},
        {"jitter", "jitter(brightness, contrast, saturation, hue)", 4, {0, 0, 0, 0}, 1},
        {"grey", "grey", 0, {}, 1},
        {"blur", "blur(sigma_low, sigma_high)", 2, {0, 0}, 1},
        {"solarize", "solarize(threshold)", 1, {0}, 1},
    };
    return forms;
}

const OperatorForm *find_form(std::string_view name) {
    const auto &forms = operator_forms();
    const auto found = std::find_if(forms.begin(), forms.end(),
                                    [&](const OperatorForm &form) { return form.name == name; });
    return found == forms.end() ? nullptr : &*found;
}

std::string number_text(double value) {
    char text[32];
    const auto end = std::to_chars(text, text + sizeof text, value).ptr;
    return std::string(text, end);
}

[[noreturn]] void fail(const std::string &what) {
    throw std::invalid_argument("[recipe] " + what);
}

// Edit distance of two short names (insertions, deletions, substitutions).
size_t edit_distance(std::string_view left, std::string_view right) {
    std::vector<size_t> row(right.size() + 1);
    std::iota(row.begin(), row.end(), size_t{0});
    for (size_t i = 1; i <= left.size(); i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= right.size(); j++) {
            const size_t above = row[j];
            const size_t substituted = diagonal + (left[i - 1] != right[j - 1]);
            row[j] = std::min({above + 1, row[j - 1] + 1, substituted});
            diagonal = above;
        }
    }
    return row.back();
}

std::string_view nearest_operator(std::string_view name) {
    const auto &forms = operator_forms();
    const auto nearer = [&](const OperatorForm &left, const OperatorForm &right) {
        return edit_distance(name, left.name) < edit_distance(name, right.name);
    };
    return std::min_element(forms.begin(), forms.end(), nearer)->name;
}

bool is_range(double low, double high, double least, double most) {
    return least <= low && low <= high && high <= most;
}

// What is wrong with the arguments, or nothing. Comparisons are written so that a NaN fails them.
std::string argument_fault(const RecipeStep &step) {
    const std::vector<double> &a = step.arguments;
    constexpr double smallest = 1e-6;
    constexpr double largest = 1000;
    if (!(step.probability >= 0 && step.probability <= 1)) {
        return "probability " + number_text(step.probability) + " is not in [0, 1]";
    }
    if (step.name == "crop" && !is_range(a[0], a[1], smallest, 1)) {
        return "the areas must satisfy 0 < area_low <= area_high <= 1";
    }
    if (step.name == "crop" && !is_range(a[2], a[3], 1 / largest, largest)) {
        return "the aspect ratios must satisfy 0.001 <= ratio_low <= ratio_high <= 1000";
    }
    if (step.name == "jitter") {
        for (int i = 0; i < 3; i++) {
            if (!(a[i] >= 0 && a[i] <= largest)) {
                return "strength " + number_text(a[i]) + " is not in [0, 1000]";
            }
        }
        if (!(a[3] >= 0 && a[3] <= 0.5)) {
            return "hue " + number_text(a[3]) + " is not in [0, 0.5] turns";
        }
    }
    if (step.name == "blur" && !is_range(a[0], a[1], smallest, largest)) {
        return "the sigmas must satisfy 0 < sigma_low <= sigma_high <= 1000";
    }
    if (step.name == "solarize" && !(a[0] >= 0 && a[0] <= 1)) {
        return "threshold " + number_text(a[0]) + " is not in [0, 1]";
    }
    return "";
}

// Fills in defaults; a wrong count is reported through `fault`.
RecipeStep complete_step(const OperatorForm &form, std::vector<double> arguments,
                         double probability, std::string &fault) {
    const size_t given = arguments.size();
    if (given != form.required && given != form.defaults.size()) {
        fault =
            "takes " + std::to_string(form.required) + " arguments, not " + std::to_string(given);
        return {};
    }
    arguments.insert(arguments.end(), form.defaults.begin() + given, form.defaults.end());
    RecipeStep step{std::string(form.name), std::move(arguments), probability};
    fault = argument_fault(step);
    return step;
}

std::string fault_text(const OperatorForm &form, const std::string &fault) {
    return std::string(form.name) + ": " + fault + "; write " + std::string(form.usage);
}

Recipe single_step(std::string_view name, std::vector<double> arguments) {
    const OperatorForm &form = *find_form(name);
    std::string fault;
    RecipeStep step = complete_step(form, std::move(arguments), form.probability, fault);
    if (!fault.empty()) {
        fail(fault_text(form, fault));
    }
    return Recipe{{std::move(step)}};
}

// Recursive descent over: step { '|' step }, step = name [ '(' number { ',' number } ')' ] [ '@'
// number ].
class Parser {
public:
    explicit Parser(std::string_view text) : text(text) {}

    Recipe parse() {
        skip_spaces();
        if (at == text.size()) {
            fail("the recipe is empty; write for example crop(0.08, 1) | flip");
        }
        Recipe recipe;
        do {
            recipe.steps.push_back(step());
        } while (accept('|'));
        if (at != text.size()) {
            fail_at(at, "expected '|' between operators, found '" + std::string(1, text[at]) + "'");
        }
        return recipe;
    }

private:
    std::string_view text;
    size_t at = 0;

    [[noreturn]] void fail_at(size_t position, const std::string &what) const {
        std::string shown(text); // an error is one line
        std::replace_if(
            shown.begin(), shown.end(), [](unsigned char c) { return c < ' '; }, ' ');
        fail(what + " (character " + std::to_string(position + 1) + " of \"" + shown + "\")");
    }

    void skip_spaces() {
        while (at < text.size() && std::string_view(" \t\r\n").find(text[at]) != text.npos) {
            at++;
        }
    }

    bool accept(char wanted) {
        skip_spaces();
        if (at == text.size() || text[at] != wanted) {
            return false;
        }
        at++;
        return true;
    }

    double number() {
        skip_spaces();
        double value = 0;
        const auto [end, error] =
            std::from_chars(text.data() + at, text.data() + text.size(), value);
        if (error != std::errc() || !std::isfinite(value)) {
            fail_at(at, "expected a number");
        }
        at = end - text.data();
        return value;
    }

    std::string_view name() {
        skip_spaces();
        const size_t start = at;
        while (at < text.size() && (('a' <= text[at] && text[at] <= 'z') || text[at] == '_')) {
            at++;
        }
        if (at == start) {
            fail_at(at, "expected the name of an operator");
        }
        return text.substr(start, at - start);
    }

    std::vector<double> arguments() {
        std::vector<double> values;
        if (!accept('(') || accept(')')) {
            return values;
        }
        do {
            values.push_back(number());
        } while (accept(','));
        if (!accept(')')) {
            fail_at(at, "expected ',' or ')'");
        }
        return values;
    }

    RecipeStep step() {
        skip_spaces();
        const size_t start = at;
        const std::string_view operator_name = name();
        const OperatorForm *form = find_form(operator_name);
        if (!form) {
            fail_at(start, "unknown operator '" + std::string(operator_name) + "'; did you mean '" +
                               std::string(nearest_operator(operator_name)) + "'?");
        }
        std::vector<double> values = arguments();
        const double probability = accept('@') ? number() : form->probability;
        std::string fault;
        RecipeStep complete = complete_step(*form, std::move(values), probability, fault);
        if (!fault.empty()) {
            fail_at(start, fault_text(*form, fault));
        }
        return complete;
    }
};

} // namespace

Recipe Recipe::at(double probability) const {
    Recipe recipe = *this;
    RecipeStep &step = recipe.steps.back();
    step.probability = probability;
    const std::string fault = argument_fault(step);
    if (!fault.empty()) {
        fail(fault_text(*find_form(step.name), fault));
    }
    return recipe;
}

Recipe operator|(const Recipe &first, const Recipe &second) {
    Recipe joined = first;
    joined.steps.insert(joined.steps.end(), second.steps.begin(), second.steps.end());
    return joined;
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

} // namespace operators

Recipe parse_recipe(std::string_view text) {
    return Parser(text).parse();
}

std::string to_text(const Recipe &recipe) {
    std::string text;
    for (const RecipeStep &step : recipe.steps) {
        const OperatorForm &form = *find_form(step.name);
        // Arguments that may be left out are, where they hold their defaults.
        const bool usual = std::equal(step.arguments.begin() + form.required, step.arguments.end(),
                                      form.defaults.begin() + form.required);
        const size_t shown = usual ? form.required : step.arguments.size();
        text += (text.empty() ? "" : " | ") + step.name;
        for (size_t i = 0; i < shown; i++) {
            text += (i == 0 ? "(" : ", ") + number_text(step.arguments[i]);
        }
        text += shown > 0 ? ")" : "";
        text += step.probability == form.probability ? "" : "@" + number_text(step.probability);
    }
    return text;
}

} // namespace haliclr::dsl
