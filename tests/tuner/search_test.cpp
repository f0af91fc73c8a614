// The search on made-up costs.
#include "tuner/search.h"

#include <gtest/gtest.h>

#include <cmath>

namespace haliclr::tuner {
namespace {

std::vector<Values> grid(int side) {
    std::vector<Values> all;
    for (int a = 0; a < side; ++a) {
        for (int b = 0; b < side; ++b) {
            for (int c = 0; c < side; ++c) {
                all.push_back({{"a", a}, {"b", b}, {"c", c}});
            }
        }
    }
    return all;
}

// A bowl whose least value lies at (6, 2, 5).
double bowl(const Values &values) {
    return 1 + std::pow(values.at("a") - 6, 2) + std::pow(values.at("b") - 2, 2) +
           std::pow(values.at("c") - 5, 2);
}

TEST(TunerSearch, StartsWithTheStandardAndThePresentCandidate) {
    const Values standard{{"a", 3}, {"b", 3}, {"c", 3}}, present{{"a", 4}, {"b", 0}, {"c", 1}};
    Search search(grid(8), {standard, present}, 1);
    EXPECT_EQ(search.next(2), (std::vector<Values>{standard, present}));
}

TEST(TunerSearch, EnumeratesASmallSpaceOnce) {
    const std::vector<Values> all = {{{"a", 1}}, {{"a", 2}}, {{"a", 4}}};
    Search search(all, {all[1]}, 7);
    std::set<Values> seen;
    for (std::vector<Values> batch; !(batch = search.next(2)).empty();) {
        for (const Values &values : batch) {
            EXPECT_TRUE(seen.insert(values).second) << to_text(values);
            search.tell(values, values.at("a"));
        }
    }
    EXPECT_EQ(seen.size(), 3u);
    EXPECT_EQ(search.ranking().front().first, all[0]);
}

TEST(TunerSearch, FindsTheBestOfALargeSpaceInASmallPartOfIt) {
    for (const uint64_t seed : {1, 2, 3, 4, 5}) {
        Search search(grid(8), {Values{{"a", 0}, {"b", 7}, {"c", 0}}}, seed);
        int tried = 0;
        while (search.ranking().empty() || search.ranking().front().second > 1) {
            const std::vector<Values> batch = search.next(2);
            ASSERT_FALSE(batch.empty());
            for (const Values &values : batch) {
                search.tell(values, bowl(values));
                tried++;
            }
        }
        EXPECT_LT(tried, 130) << "of 512, seed " << seed;
    }
}

TEST(TunerSearch, PassesOverFailuresAndWhatIsKnown) {
    const std::vector<Values> all = {{{"a", 1}}, {{"a", 2}}, {{"a", 4}}};
    Search search(all, {}, 1);
    search.tell(all[0], 1.0);
    search.tell(all[1], std::nullopt);
    EXPECT_EQ(search.next(3), (std::vector<Values>{all[2]}));
    ASSERT_EQ(search.ranking().size(), 1u);
    EXPECT_EQ(search.ranking()[0].first, all[0]);
}

TEST(TunerSearch, IsTheSameForTheSameSeed) {
    Search one(grid(4), {}, 5), same(grid(4), {}, 5), other(grid(4), {}, 6);
    const std::vector<Values> first = one.next(6);
    EXPECT_EQ(first, same.next(6));
    EXPECT_NE(first, other.next(6));
}

} // namespace
} // namespace haliclr::tuner
