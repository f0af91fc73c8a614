// Reads call blocks; see generators/ptx/call.h.
#include "generators/ptx/call.h"

#include <algorithm>
#include <map>
#include <regex>

namespace haliclr::ptx {

namespace {

using Match = std::match_results<std::string_view::const_iterator>;

bool matches(std::string_view statement, Match &match, const std::regex &pattern) {
    return std::regex_match(statement.begin(), statement.end(), match, pattern);
}

std::vector<std::string> names_in(const std::string &list) {
    static const std::regex name(R"([\w$]+)");
    return {std::sregex_token_iterator(list.begin(), list.end(), name), {}};
}

// The statements of a block, in the order that LLVM writes them.
class BlockReader {
public:
    explicit BlockReader(size_t begin) : begin(begin) {}

    void read(std::string_view statement) {
        static const std::regex store(
            R"(\s*st\.param\.(\w+)\s+\[(\w+)(?:\+0)?\],\s*([^\s;{}]+)\s*)");
        static const std::regex load(
            R"(\s*ld\.param\.(\w+)\s+([^\s;{}]+),\s*\[(\w+)(?:\+0)?\]\s*)");
        static const std::regex call(
            R"(\s*call(?:\.uni)?\s+(?:\(([^()]*)\),\s*)?([\w$]+)\s*,\s*\(([^()]*)\)\s*)");
        Match match;
        if (matches(statement, match, store)) {
            stored[match.str(2)] = {match.str(1), match.str(3)};
        } else if (matches(statement, match, load)) {
            result.results.push_back({match.str(1), match.str(2)});
        } else if (matches(statement, match, call)) {
            result.function = match.str(2);
            for (const std::string &parameter : names_in(match.str(3))) {
                result.operands.push_back(operand(parameter));
            }
        }
    }

    Call finish(size_t end) {
        result.begin = begin;
        result.end = end;
        return result;
    }

private:
    size_t begin;
    std::map<std::string, Operand> stored;
    Call result;

    Operand operand(const std::string &parameter) const {
        const auto found = stored.find(parameter);
        return found == stored.end() ? Operand{"none", ""} : found->second;
    }
};

// body: the text between the block's first and last line.
Call read_block(std::string_view body, size_t begin, size_t end) {
    BlockReader reader(begin);
    while (!body.empty()) {
        const size_t stop = std::min(body.find(';'), body.size());
        reader.read(body.substr(0, stop));
        body.remove_prefix(std::min(stop + 1, body.size()));
    }
    return reader.finish(end);
}

size_t line_end(std::string_view text, size_t at) {
    return std::min(text.find('\n', at), text.size() - 1) + 1;
}

} // namespace

size_t Source::line(size_t at) const {
    return 1 + size_t(std::count(text.begin(), text.begin() + ptrdiff_t(std::min(at, text.size())),
                                 '\n'));
}

void Source::fail(size_t at, const std::string &what) const {
    throw Error(file + ":" + std::to_string(line(at)) + ": " + what);
}

std::vector<Call> calls_in(const Source &source) {
    constexpr std::string_view opening = "{ // callseq ", closing = "} // callseq ";
    std::vector<Call> calls;
    const std::string_view text = source.text;
    for (size_t open = text.find(opening); open != text.npos;) {
        const size_t number = open + opening.size();
        const std::string_view label =
            text.substr(number, text.find_first_of(",\n", number) - number);
        const size_t body = line_end(text, open);
        const size_t close = text.find(closing, body);
        const size_t next = text.find(opening, body);
        if (close == text.npos || next < close ||
            text.substr(close + closing.size(), label.size()) != label) {
            source.fail(open, "call block " + std::string(label) + " does not end");
        }
        const size_t begin = text.rfind('\n', open) + 1; // npos + 1 is 0
        calls.push_back(read_block(text.substr(body, close - body), begin, line_end(text, close)));
        open = next;
    }
    return calls;
}

} // namespace haliclr::ptx
