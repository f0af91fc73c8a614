// Words and parts are views into the text that was given.
#include "tests/simulator/ptx_text.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <stdexcept>

namespace haliclr::simulator {

std::string_view trimmed(std::string_view text) {
    const size_t begin = text.find_first_not_of(" \t\n");
    const size_t end = text.find_last_not_of(" \t\n");
    return begin == text.npos ? std::string_view() : text.substr(begin, end - begin + 1);
}

std::string_view take_word(std::string_view &text) {
    text = trimmed(text);
    const size_t end = std::min(text.find_first_of(" \t\n"), text.size());
    const std::string_view word = text.substr(0, end);
    text = trimmed(text.substr(end));
    return word;
}

std::string without_comments(std::string_view text) {
    std::string kept;
    for (size_t at = 0; at < text.size();) {
        if (text.substr(at, 2) == "//") {
            at = std::min(text.find('\n', at), text.size());
        } else {
            kept += text[at++];
        }
    }
    return kept;
}

std::vector<std::string_view> split(std::string_view text) {
    std::vector<std::string_view> parts;
    int depth = 0;
    size_t begin = 0;
    for (size_t at = 0; at <= text.size(); ++at) {
        const char c = at < text.size() ? text[at] : ',';
        depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
        if (c == ',' && (depth == 0 || at == text.size())) {
            if (const auto part = trimmed(text.substr(begin, at - begin)); !part.empty()) {
                parts.push_back(part);
            }
            begin = at + 1;
        }
    }
    return parts;
}

int bytes_of_type(std::string_view type) {
    static const std::map<std::string_view, int> sizes{
        {"b8", 1},  {"u8", 1},  {"s8", 1},  {"b16", 2}, {"u16", 2}, {"s16", 2}, {"b32", 4},
        {"u32", 4}, {"s32", 4}, {"f32", 4}, {"b64", 8}, {"u64", 8}, {"s64", 8}, {"f64", 8}};
    const auto found = sizes.find(type.starts_with('.') ? type.substr(1) : type);
    return found == sizes.end() ? 0 : found->second;
}

std::vector<std::string_view> dotted(std::string_view opcode) {
    std::vector<std::string_view> words;
    while (!opcode.empty()) {
        const size_t end = std::min(opcode.find('.'), opcode.size());
        words.push_back(opcode.substr(0, end));
        opcode.remove_prefix(std::min(end + 1, opcode.size()));
    }
    return words;
}

void fail(const std::string &what) {
    throw std::runtime_error(what);
}

int64_t number(std::string_view digits) {
    int64_t value = 0;
    uint64_t bits = 0;
    const bool is_hexadecimal = digits.starts_with("0x");
    const char *const last = digits.data() + digits.size();
    const auto [end, error] = is_hexadecimal ? std::from_chars(digits.data() + 2, last, bits, 16)
                                             : std::from_chars(digits.data(), last, value);
    if (error != std::errc() || end != last) {
        fail("no number: " + std::string(digits));
    }
    return is_hexadecimal ? static_cast<int64_t>(bits) : value;
}

} // namespace haliclr::simulator
