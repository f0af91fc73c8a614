// Pieces of PTX's syntax: words, operands, types.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace haliclr::simulator {

// Without spaces at its ends.
std::string_view trimmed(std::string_view text);

// The first word, which is taken off the text.
std::string_view take_word(std::string_view &text);

std::string without_comments(std::string_view text);

// Parts between commas that stand outside braces and brackets.
std::vector<std::string_view> split(std::string_view text);

// Of "b32", ".f64" and the like; 0 for another word.
int bytes_of_type(std::string_view type);

// The words of an opcode, between dots.
std::vector<std::string_view> dotted(std::string_view opcode);

// Throws std::runtime_error, to which the reader of a whole text adds where it was.
[[noreturn]] void fail(const std::string &what);

// "-4", "0x10". Throws std::runtime_error for anything else.
int64_t number(std::string_view digits);

} // namespace haliclr::simulator
