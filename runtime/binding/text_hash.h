// Names a PTX text by its content: the build writes the hash into its table of images, and the
// runtime finds the images of the text that a kernel carries.
#pragma once

#include <cstdint>
#include <string_view>

namespace haliclr::runtime {

// Without what may stand behind the last line: the file ends in a newline, the copy that Halide
// embeds in a kernel in a zero byte.
constexpr std::string_view without_ending(std::string_view text) {
    const size_t last = text.find_last_not_of(std::string_view("\n\0 ", 3));
    return text.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

// FNV-1a, 64 bits (Fowler, Noll, Vo), of the text without its ending.
constexpr uint64_t text_hash(std::string_view text) {
    uint64_t hash = 0xcbf29ce484222325;
    for (const char letter : without_ending(text)) {
        hash = (hash ^ static_cast<unsigned char>(letter)) * 0x100000001b3;
    }
    return hash;
}

} // namespace haliclr::runtime
