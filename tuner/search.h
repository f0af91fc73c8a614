// What to try next: every candidate of a small space, else a random start and then the neighbours
// of the best.
#pragma once

#include "tuner/space.h"

#include <map>
#include <optional>
#include <random>
#include <set>
#include <vector>

namespace haliclr::tuner {

// Spaces up to this size are enumerated.
inline constexpr size_t small_space = 24;
// Candidates tried at random before the search turns to the best one's neighbours.
inline constexpr size_t random_start = 8;

class Search {
public:
    // `first` are tried before all others, in their order. candidates: the legal ones.
    Search(std::vector<Values> candidates, std::vector<Values> first, uint64_t seed);

    // Up to `count` candidates that were not asked before; empty when all have been.
    std::vector<Values> next(size_t count);
    // Its time in any unit, the same for all, or nothing where the candidate failed. Also for what
    // an earlier run tried.
    void tell(const Values &values, std::optional<double> time);

    size_t size() const { return candidates.size(); }
    // Succeeded, the fastest first.
    std::vector<std::pair<Values, double>> ranking() const;

private:
    std::vector<Values> candidates; // in random order
    std::vector<Values> first;
    std::set<Values> asked;
    std::map<Values, double> times;
    std::mt19937_64 random;

    std::optional<Values> one();
    std::optional<Values> untried_neighbour();
};

// How many tunables differ.
size_t distance(const Values &a, const Values &b);

} // namespace haliclr::tuner
