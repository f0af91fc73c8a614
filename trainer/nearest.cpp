// Edit distance by the usual recurrence over one row of the table.
#include "trainer/nearest.h"

#include <algorithm>
#include <numeric>

namespace haliclr::trainer {

namespace {

size_t edit_distance(const std::string &a, const std::string &b) {
    std::vector<size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), 0);
    for (size_t i = 1; i <= a.size(); i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.size(); j++) {
            const size_t substituted = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            row[j] = std::min({substituted, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row.back();
}

} // namespace

std::string nearest(const std::string &word, const std::vector<std::string> &known) {
    return *std::min_element(known.begin(), known.end(),
                             [&](const std::string &a, const std::string &b) {
                                 return edit_distance(word, a) < edit_distance(word, b);
                             });
}

} // namespace haliclr::trainer
