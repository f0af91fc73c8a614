// Calls of halide_cuda_run(state, "function", blocks x y z, threads x y z, shared bytes, ...).
#include "runtime/device_code/launches.h"

#include "runtime/device_code/upper_bound.h"

namespace haliclr::device_code {
namespace {

// Arguments of a call from behind its opening parenthesis, as text; at most `most` of them.
std::vector<std::string> arguments_from(const std::string &text, size_t place, size_t most) {
    std::vector<std::string> arguments;
    int depth = 0;
    std::string current;
    for (; place < text.size() && arguments.size() < most; ++place) {
        const char letter = text[place];
        depth += letter == '(' || letter == '[' ? 1 : letter == ')' || letter == ']' ? -1 : 0;
        if (depth < 0 || (depth == 0 && letter == ',')) {
            arguments.push_back(current);
            current.clear();
            if (depth < 0) {
                break;
            }
            continue;
        }
        current += letter;
    }
    return arguments;
}

// What the last `let` before a place gives a name.
std::string definition_before(const std::string &text, size_t place, const std::string &name) {
    const std::string let = "let " + name + " = ";
    const size_t found = text.rfind(let, place);
    if (found == std::string::npos) {
        return {};
    }
    const size_t begin = found + let.size();
    return text.substr(begin, text.find('\n', begin) - begin);
}

std::optional<int> as_int(std::optional<int64_t> value) {
    return value ? std::optional(static_cast<int>(*value)) : std::nullopt;
}

} // namespace

std::vector<Launch> launches_in(const std::string &statement) {
    const std::string call = "halide_cuda_run(";
    constexpr size_t function = 1, first_threads = 5, shared = 8, needed = 9;
    std::vector<Launch> launches;
    for (size_t place = statement.find(call); place != std::string::npos;
         place = statement.find(call, place + 1)) {
        const auto arguments = arguments_from(statement, place + call.size(), needed);
        if (arguments.size() < needed) {
            continue;
        }
        const auto bound = [&](const std::string &expression) {
            return upper_bound(expression, [&](const std::string &name) {
                return definition_before(statement, place, name);
            });
        };
        std::string threads;
        for (size_t i = first_threads; i < shared; ++i) {
            threads += (threads.empty() ? "(" : "*(") + arguments[i] + ")";
        }
        const size_t quote = arguments[function].find('"') + 1;
        launches.push_back(
            {arguments[function].substr(quote, arguments[function].find('"', quote) - quote),
             as_int(bound(threads)), as_int(bound(arguments[shared]))});
    }
    return launches;
}

} // namespace haliclr::device_code
