// Edit distance, one row at a time.
#include "trainer/nearest.h"

#include <algorithm>
#include <numeric>

namespace haliclr::trainer {

namespace {

size_t edit_distance(const std::string &a, const std::string &b) {
    std::vector<size_t> row(b.size() + 1); // row[j]: distance of the first letters of a to b[0, j)
    std::iota(row.begin(), row.end(), size_t{0});
    for (size_t i = 0; i < a.size(); ++i) {
        size_t diagonal = row[0];
        row[0] = i + 1;
        for (size_t j = 0; j < b.size(); ++j) {
            const size_t kept_or_replaced = diagonal + (a[i] == b[j] ? 0 : 2);
            diagonal = row[j + 1];
            row[j + 1] = std::min({kept_or_replaced, row[j] + 1, row[j + 1] + 1});
        }
    }
    return row.back();
}

} // namespace

std::string nearest(const std::string &word, const std::vector<std::string> &known) {
    const auto nearer = [&](const std::string &a, const std::string &b) {
        return edit_distance(word, a) < edit_distance(word, b);
    };
    const auto best = std::min_element(known.begin(), known.end(), nearer);
    return best == known.end() ? "" : *best;
}

} // namespace haliclr::trainer
