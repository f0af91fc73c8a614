// A recursive-descent parser that computes bounds as it reads.
#include "runtime/device_code/upper_bound.h"

#include <algorithm>
#include <cctype>

namespace haliclr::device_code {
namespace {

struct Value {
    std::optional<int64_t> most;
    bool constant = false;
};

using Operation = int64_t (*)(int64_t, int64_t);

// Sums, products and maxima of values that are not negative grow with each of them.
Value growing(const Value &a, const Value &b, Operation operation) {
    if (!a.most || !b.most) {
        return {};
    }
    return {operation(*a.most, *b.most), a.constant && b.constant};
}

Value of_constants(const Value &a, const Value &b, Operation operation) {
    return a.constant && b.constant ? growing(a, b, operation) : Value{};
}

Value smaller(const Value &a, const Value &b) {
    const Value known = !a.most || (b.most && *b.most < *a.most) ? b : a;
    return {known.most, a.constant && b.constant};
}

class Parser {
public:
    Parser(std::string_view text, const Definitions &definitions, int depth)
        : text(text), definitions(definitions), depth(depth) {}

    Value whole() {
        const Value value = sum();
        skip_blanks();
        return failed || place != text.size() ? Value{} : value;
    }

private:
    static constexpr int deepest = 16; // lets that name lets

    std::string_view text;
    const Definitions &definitions;
    const int depth;
    size_t place = 0;
    bool failed = false;

    void skip_blanks() {
        while (place < text.size() && text[place] == ' ') {
            ++place;
        }
    }

    bool take(char letter) {
        skip_blanks();
        if (place < text.size() && text[place] == letter) {
            ++place;
            return true;
        }
        return false;
    }

    void expect(char letter) { failed = !take(letter) || failed; }

    Value sum() {
        Value value = product();
        while (!failed) {
            if (take('+')) {
                value = growing(value, product(), [](int64_t a, int64_t b) { return a + b; });
            } else if (take('-')) {
                value = of_constants(value, product(), [](int64_t a, int64_t b) { return a - b; });
            } else {
                break;
            }
        }
        return value;
    }

    Value product() {
        Value value = factor();
        while (!failed) {
            if (take('*')) {
                value = growing(value, factor(), [](int64_t a, int64_t b) { return a * b; });
            } else if (take('/')) {
                value = of_constants(value, factor(),
                                     [](int64_t a, int64_t b) { return b == 0 ? 0 : a / b; });
            } else {
                break;
            }
        }
        return value;
    }

    Value factor() {
        if (take('(')) {
            const Value value = sum();
            expect(')');
            return value;
        }
        skip_blanks();
        const bool negative = place + 1 < text.size() && text[place] == '-' &&
                              std::isdigit(static_cast<unsigned char>(text[place + 1]));
        place += negative ? 1 : 0;
        const std::string word = next_word();
        if (!word.empty() && std::all_of(word.begin(), word.end(), [](unsigned char letter) {
                return std::isdigit(letter);
            })) {
            return {negative ? -std::stoll(word) : std::stoll(word), true};
        }
        return word.empty() ? fail() : named(word);
    }

    Value named(const std::string &word) {
        if (!take('(')) {
            const std::string defined = depth < deepest ? definitions(word) : std::string();
            return defined.empty() ? Value{} : Parser(defined, definitions, depth + 1).whole();
        }
        if (word != "min" && word != "max") {
            return fail();
        }
        const Value a = sum();
        expect(',');
        const Value b = sum();
        expect(')');
        return word == "min" ? smaller(a, b)
                             : growing(a, b, [](int64_t x, int64_t y) { return std::max(x, y); });
    }

    std::string next_word() {
        const size_t begin = place;
        while (place < text.size() &&
               (std::isalnum(static_cast<unsigned char>(text[place])) || text[place] == '.' ||
                text[place] == '_' || text[place] == '$')) {
            ++place;
        }
        return std::string(text.substr(begin, place - begin));
    }

    Value fail() {
        failed = true;
        return {};
    }
};

} // namespace

std::optional<int64_t> upper_bound(std::string_view expression, const Definitions &definitions) {
    return Parser(expression, definitions, 0).whole().most;
}

} // namespace haliclr::device_code
