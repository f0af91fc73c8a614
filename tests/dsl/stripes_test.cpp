// The algorithms of stripes, one loop nest a Func, against plain loops in double.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "tests/dsl/stripes_case.h"

namespace haliclr::dsl {
namespace {

using stripes_case::Algorithms;
using stripes_case::every_loss;
using stripes_case::Inputs;
using stripes_case::LossCase;
using stripes_case::Output;
using stripes_case::Place;
using stripes_case::places;

using Sums = std::array<double, 3>; // two terms, the largest negative

double softplus(double x) {
    return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x)));
}

// The losses' definitions for one pair and one row.
struct Plain {
    LossCase loss;
    int batch;

    bool counts(double s, double p, bool negative) const {
        const bool within = s > p - loss.margin, easy = s < p;
        const bool triplet = loss.kind == "margin_triplet";
        return negative && (!loss.semi_hard || (within && easy)) && (!triplet || within);
    }

    std::array<double, 2> terms(double s, double p, bool negative) const {
        if (loss.kind == "ntxent") {
            const double exponent = (s - 1) / loss.temperature;
            return {std::exp(exponent), std::exp(exponent) * exponent};
        }
        const bool triplet = loss.kind == "margin_triplet";
        const double value = triplet ? s - p + loss.margin : softplus(s / loss.temperature);
        return counts(s, p, negative) ? std::array{value, 1.0} : std::array{0.0, 0.0};
    }

    double weight(double s, double p, double factor, bool negative) const {
        if (loss.kind == "ntxent") {
            return std::exp((s - 1) / loss.temperature) * factor;
        }
        const double slope =
            loss.kind == "margin_triplet" ? 1 : 1 / (1 + std::exp(-s / loss.temperature));
        return counts(s, p, negative) ? slope * factor : 0;
    }

    double negatives(const Sums &t) const {
        const bool all = loss.kind == "margin_triplet" && !loss.semi_hard;
        return std::max(all ? batch - 2.0 : t[1], 1.0);
    }

    // loss, accuracy, detail
    Sums results(const Sums &t, double p) const {
        const double accuracy = p > t[2] + least_similarity_lead ? 1 : 0;
        const double share = t[1] / std::max(batch - 2, 1), mean = t[0] / negatives(t);
        if (loss.kind == "ntxent") {
            return {std::log(t[0]) - (p - 1) / loss.temperature, accuracy,
                    std::log(t[0]) - t[1] / t[0]};
        }
        const bool triplet = loss.kind == "margin_triplet";
        return {triplet ? mean : mean + softplus(-p / loss.temperature), accuracy, share};
    }

    // positive, factor, positive slope
    Sums state(const Sums &t, double p) const {
        if (loss.kind == "ntxent") {
            return {p, 1 / (loss.temperature * t[0]), -1 / loss.temperature};
        }
        if (loss.kind == "margin_triplet") {
            return {p, 1 / negatives(t), -t[1] / negatives(t)};
        }
        return {p, 1 / (loss.temperature * negatives(t)),
                -1 / (loss.temperature * (1 + std::exp(p / loss.temperature)))};
    }
};

// Calls use(r, c, i, j, negative) for the pairs of the stripe that enter its sums.
template <typename Use>
void for_pairs(const Place &place, Use use) {
    for (int r = 0; r < place.rows; ++r) {
        for (int c = 0; c < place.columns; ++c) {
            const int i = place.first_row + r, j = place.first_column + c;
            if (i != j) {
                use(r, c, i, j, std::abs(i - j) != place.batch / 2);
            }
        }
    }
}

void expect_near(double found, double expected, const char *what, int at) {
    if (std::isinf(expected)) { // no negative
        ASSERT_EQ(found, expected) << what << " " << at;
    } else {
        ASSERT_NEAR(found, expected, 2e-6 + 5e-6 * std::abs(expected)) << what << " " << at;
    }
}

void expect_sums(const Output &out, const Plain &plain, const Place &place, const Inputs &in) {
    const Sums none{0, 0, -std::numeric_limits<double>::infinity()};
    std::vector<Sums> rows(out.row_sums.width(), none), columns(out.column_sums.width(), none);
    for_pairs(place, [&](int r, int c, int i, int j, bool negative) {
        const double s = in.similarity(c, r);
        const auto of_row = plain.terms(s, in.positive(i), negative);
        const auto of_column = plain.terms(s, in.positive(j), negative);
        for (int k : {0, 1}) {
            rows[r][k] += of_row[k];
            columns[c][k] += of_column[k];
        }
        rows[r][2] = negative ? std::max(rows[r][2], s) : rows[r][2];
        columns[c][2] = negative ? std::max(columns[c][2], s) : columns[c][2];
    });
    for (int k : {0, 1, 2}) {
        for (int r = 0; r < int(rows.size()); ++r) {
            expect_near(out.row_sums(r, k), rows[r][k], "sums of row", r);
        }
        for (int c = 0; c < int(columns.size()); ++c) {
            expect_near(out.column_sums(c, k), columns[c][k], "sums of column", c);
        }
    }
}

void expect_weights(const Output &out, const Plain &plain, const Place &place, const Inputs &in) {
    Halide::Buffer<double> expected(out.weights.width(), out.weights.height());
    expected.fill(0);
    const auto &state = in.row_state;
    for_pairs(place, [&](int r, int c, int i, int j, bool negative) {
        const double s = in.similarity(c, r);
        expected(c, r) = plain.weight(s, state(i, 0), state(i, 1), negative) +
                         plain.weight(s, state(j, 0), state(j, 1), negative);
    });
    for (int r = 0; r < expected.height(); ++r) {
        for (int c = 0; c < expected.width(); ++c) {
            expect_near(out.weights(c, r), expected(c, r), "weight of row", r);
        }
    }
}

void expect_rows(const Output &out, const Plain &plain, const Place &place, const Inputs &in) {
    Sums means{};
    for (int i = 0; i < place.batch; ++i) {
        const Sums totals{in.totals(i, 0), in.totals(i, 1), in.totals(i, 2)};
        const Sums results = plain.results(totals, in.positive(i));
        const Sums state = plain.state(totals, in.positive(i));
        for (int k : {0, 1, 2}) {
            means[k] += results[k] / place.batch;
            expect_near(out.row_state(i, k), state[k], "state of row", i);
        }
    }
    for (int k : {0, 1, 2}) {
        expect_near(out.statistics(k), means[k], "statistic", k);
    }
}

class Stripes : public testing::TestWithParam<int> {};

TEST_P(Stripes, AgreeWithPlainLoops) {
    for (const LossCase &loss : every_loss) {
        Algorithms algorithms(loss, GetParam());
        algorithms.one_loop_nest_each();
        for (const Place &place : places) {
            SCOPED_TRACE(testing::Message() << loss.kind << (loss.semi_hard ? ", semi-hard" : "")
                                            << ", " << place.rows << " x " << place.columns);
            const Inputs in = stripes_case::inputs_at(place);
            const Output out = algorithms.run(place, in);
            const Plain plain{loss, place.batch};
            expect_sums(out, plain, place, in);
            expect_weights(out, plain, place, in);
            expect_rows(out, plain, place, in);
            if (HasFatalFailure()) {
                return;
            }
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Blocks, Stripes, testing::Values(32, 8));

} // namespace
} // namespace haliclr::dsl
