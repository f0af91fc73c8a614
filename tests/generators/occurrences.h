// How often a text has a part.
#pragma once

#include <string>

namespace haliclr::ptx {

inline size_t count(const std::string &text, const std::string &part) {
    size_t found = 0;
    for (size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) {
        ++found;
    }
    return found;
}

} // namespace haliclr::ptx
