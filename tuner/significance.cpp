// Sign test: exact, by the binomial distribution.
#include "tuner/significance.h"

#include <algorithm>
#include <cmath>

namespace haliclr::tuner {

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const size_t half = values.size() / 2;
    return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

double sign_test(int wins, int losses) {
    const int rounds = wins + losses;
    double tail = 0;
    for (int k = 0; k <= std::min(wins, losses); ++k) {
        tail += std::exp(std::lgamma(rounds + 1.0) - std::lgamma(k + 1.0) -
                         std::lgamma(rounds - k + 1.0) - rounds * std::log(2.0));
    }
    return std::min(1.0, 2 * tail);
}

Comparison compare(const std::vector<double> &before, const std::vector<double> &after) {
    Comparison result{median(before), median(after), 0, 1};
    result.gain = 1 - result.median_after / result.median_before;
    int wins = 0, losses = 0; // a tie is neither
    for (size_t i = 0; i < std::min(before.size(), after.size()); ++i) {
        wins += after[i] < before[i];
        losses += after[i] > before[i];
    }
    result.p = sign_test(wins, losses);
    return result;
}

} // namespace haliclr::tuner
