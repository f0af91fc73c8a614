// Edit distance without replacements: both lengths less twice the longest common subsequence.
#include "dsl/nearest.h"

#include <algorithm>

namespace haliclr {

namespace {

size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<size_t> common(b.size() + 1); // of the letters of a so far with b[0, j)
    for (const char letter : a) {
        size_t diagonal = 0;
        for (size_t j = 0; j < b.size(); ++j) {
            const size_t above = common[j + 1];
            common[j + 1] = letter == b[j] ? diagonal + 1 : std::max(above, common[j]);
            diagonal = above;
        }
    }
    return a.size() + b.size() - 2 * common.back();
}

} // namespace

std::string nearest(std::string_view word, const std::vector<std::string> &known) {
    const auto nearer = [&](const std::string &a, const std::string &b) {
        return edit_distance(word, a) < edit_distance(word, b);
    };
    const auto best = std::min_element(known.begin(), known.end(), nearer);
    return best == known.end() ? "" : *best;
}

} // namespace haliclr
