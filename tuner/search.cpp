// Local search with a random start; after a local optimum the remaining candidates come at random.
#include "tuner/search.h"

#include <algorithm>

namespace haliclr::tuner {

Search::Search(std::vector<Values> candidates, std::vector<Values> first, uint64_t seed)
    : candidates(std::move(candidates)), first(std::move(first)), random(seed) {
    std::shuffle(this->candidates.begin(), this->candidates.end(), random);
}

std::vector<Values> Search::next(size_t count) {
    std::vector<Values> batch;
    while (batch.size() < count) {
        const std::optional<Values> values = one();
        if (!values) {
            break;
        }
        asked.insert(*values);
        batch.push_back(*values);
    }
    return batch;
}

std::optional<Values> Search::one() {
    for (const Values &values : first) {
        if (!asked.contains(values)) {
            return values;
        }
    }
    if (candidates.size() > small_space && asked.size() >= first.size() + random_start) {
        if (const std::optional<Values> neighbour = untried_neighbour()) {
            return neighbour;
        }
    }
    for (const Values &values : candidates) {
        if (!asked.contains(values)) {
            return values;
        }
    }
    return std::nullopt;
}

// One tunable apart from the fastest candidate that has such a neighbour left.
std::optional<Values> Search::untried_neighbour() {
    constexpr size_t kept = 3;
    const auto ranked = ranking();
    for (size_t rank = 0; rank < std::min(kept, ranked.size()); ++rank) {
        for (const Values &values : candidates) {
            if (!asked.contains(values) && distance(values, ranked[rank].first) == 1) {
                return values;
            }
        }
    }
    return std::nullopt;
}

void Search::tell(const Values &values, std::optional<double> time) {
    asked.insert(values);
    if (time) {
        times[values] = *time;
    }
}

std::vector<std::pair<Values, double>> Search::ranking() const {
    std::vector<std::pair<Values, double>> ranked(times.begin(), times.end());
    std::stable_sort(ranked.begin(), ranked.end(),
                     [](const auto &a, const auto &b) { return a.second < b.second; });
    return ranked;
}

size_t distance(const Values &a, const Values &b) {
    size_t count = 0;
    for (const auto &[name, value] : a) {
        const auto found = b.find(name);
        count += found == b.end() || found->second != value;
    }
    return count;
}

} // namespace haliclr::tuner
