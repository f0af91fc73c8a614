// The parser of recipes, by recursive descent:
//
//     recipe = [ convention ':' ] chain [ '||' chain ]      chain = step { '|' step }
//     step = name [ '(' argument { ',' argument } ')' ] [ '@' number ]      argument = number |
//     word
#include "dsl/recipe.h"

#include "dsl/recipe_forms.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <stdexcept>

namespace haliclr::dsl {

namespace {

class Parser {
public:
    explicit Parser(std::string_view text) : text(text) {}

    Recipe parse() {
        skip_spaces();
        if (at == text.size()) {
            throw std::invalid_argument(
                "[recipe] the recipe is empty; write for example crop(0.08, 1) | flip");
        }
        convention_prefix();
        Recipe recipe{chain(), {}};
        if (accept("||")) {
            recipe.second = chain();
        }
        if (at != text.size()) {
            fail_at(at, "expected '|' between operators, found '" + std::string(1, text[at]) + "'");
        }
        return recipe;
    }

private:
    std::string_view text;
    size_t at = 0;
    Convention convention = Convention::torchvision;

    [[noreturn]] void fail_at(size_t position, const std::string &what) const {
        std::string shown(text); // on one line, so that the caret stands below its character
        std::replace_if(
            shown.begin(), shown.end(), [](unsigned char c) { return c < ' '; }, ' ');
        throw std::invalid_argument("[recipe] " + what + " (character " +
                                    std::to_string(position + 1) + ")\n    " + shown + "\n    " +
                                    std::string(position, ' ') + "^");
    }

    void skip_spaces() {
        while (at < text.size() && std::string_view(" \t\r\n").find(text[at]) != text.npos) {
            at++;
        }
    }

    bool accept(std::string_view wanted) {
        skip_spaces();
        const bool found = text.substr(at, wanted.size()) == wanted;
        // `|` is not the first half of `||`.
        if (!found || (wanted == "|" && text.substr(at, 2) == "||")) {
            return false;
        }
        at += wanted.size();
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

    static bool is_letter(char c) { return ('a' <= c && c <= 'z') || c == '_'; }

    // Letters, and digits after the first; empty if there is none.
    std::string_view word() {
        skip_spaces();
        const size_t start = at;
        while (at < text.size() &&
               (is_letter(text[at]) || (at > start && '0' <= text[at] && text[at] <= '9'))) {
            at++;
        }
        return text.substr(start, at - start);
    }

    void convention_prefix() {
        const size_t start = at;
        const std::string_view name = word();
        if (!accept(":")) {
            at = start;
            return;
        }
        if (name != "torchvision" && name != "simclr") {
            fail_at(start,
                    "unknown convention '" + std::string(name) + "'; use torchvision or simclr");
        }
        convention = name == "simclr" ? Convention::simclr : Convention::torchvision;
    }

    std::vector<RecipeStep> chain() {
        std::vector<RecipeStep> steps;
        do {
            steps.push_back(step());
        } while (accept("|"));
        return steps;
    }

    void arguments(std::vector<double> &numbers, std::vector<std::string> &words) {
        if (!accept("(") || accept(")")) {
            return;
        }
        do {
            const std::string_view name = word();
            if (name.empty()) {
                numbers.push_back(number());
            } else {
                words.emplace_back(name);
            }
        } while (accept(","));
        if (!accept(")")) {
            fail_at(at, "expected ',' or ')'");
        }
    }

    RecipeStep step() {
        skip_spaces();
        const size_t start = at;
        const std::string_view name = word();
        if (name.empty()) {
            fail_at(at, "expected the name of an operator");
        }
        const OperatorForm *form = find_form(name);
        if (!form) {
            fail_at(start, "unknown operator '" + std::string(name) + "'; did you mean '" +
                               nearest_operator(name) + "'?");
        }
        std::vector<double> numbers;
        std::vector<std::string> words;
        arguments(numbers, words);
        const double probability = accept("@") ? number() : form->probability;
        std::string fault;
        RecipeStep complete =
            complete_step(*form, convention, std::move(numbers), words, probability, fault);
        if (!fault.empty()) {
            fail_at(start,
                    std::string(form->name) + ": " + fault + "; write " + std::string(form->usage));
        }
        return complete;
    }
};

} // namespace

Recipe parse_recipe(std::string_view text) {
    return Parser(text).parse();
}

} // namespace haliclr::dsl
