// Whether a candidate is faster than another, from rounds in which both were timed in turn.
#pragma once

#include <vector>

namespace haliclr::tuner {

// A gain counts when the median falls by more than this and the sign test over the rounds
// (two-sided) puts chance below the level.
inline constexpr double least_gain = 0.03;
inline constexpr double significance_level = 0.01;

struct Comparison {
    double median_before = 0, median_after = 0; // milliseconds
    double gain = 0;                            // 1 - after / before
    double p = 1;                               // of the sign test

    bool is_gain() const { return gain > least_gain && p < significance_level; }
};

double median(std::vector<double> values); // of at least one

// Two-sided: the probability of so uneven a split of wins and losses between equals.
double sign_test(int wins, int losses);

// Round i of both lists ran one after the other. At least one round.
Comparison compare(const std::vector<double> &before, const std::vector<double> &after);

} // namespace haliclr::tuner
