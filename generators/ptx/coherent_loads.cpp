// The pass of generators/ptx/coherent_loads.h.
#include "generators/ptx/coherent_loads.h"

#include <algorithm>

namespace haliclr::ptx {

std::string load_coherently(std::string_view source) {
    constexpr std::string_view read_only = "ld.global.nc.", plain = "ld.global.";
    std::string text;
    for (size_t begin = 0; begin < source.size();) {
        const size_t at = std::min(source.find(read_only, begin), source.size());
        text += source.substr(begin, at - begin);
        if (at < source.size()) {
            text += plain;
        }
        begin = std::min(at + read_only.size(), source.size());
    }
    return text;
}

} // namespace haliclr::ptx
