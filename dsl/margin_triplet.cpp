// The formulas of dsl/margin_triplet.h.
#include "dsl/margin_triplet.h"

namespace haliclr::dsl {

using Halide::Expr;

// Whether a pair has a gradient; every semi-hard negative has one.
Expr MarginTriplet::active(const Expr &similarity, const Expr &positive,
                           const Expr &negative) const {
    const Expr within = similarity > positive - scalars.margin;
    return negative && within && (!scalars.semi_hard || similarity < positive);
}

// How many negatives the mean is over.
Expr MarginTriplet::negatives(const Expr &active_sum) const {
    const Expr all = cast(active_sum.type(), scalars.rows) - 2.0f;
    return max(select(scalars.semi_hard, active_sum, all), 1.0f);
}

PairwiseLoss::Exprs MarginTriplet::terms(const Expr &similarity, const Expr &positive,
                                         const Expr &negative) const {
    const Expr counted = active(similarity, positive, negative);
    return {where(counted, similarity - positive + scalars.margin),
            where(counted, cast(similarity.type(), 1))};
}

Expr MarginTriplet::loss(const Exprs &sums, const Expr &) const {
    return sums[0] / negatives(sums[1]);
}

Expr MarginTriplet::detail(const Exprs &sums, const Expr &) const {
    return sums[1] / max(cast(sums[1].type(), scalars.rows) - 2.0f, 1.0f);
}

Expr MarginTriplet::factor(const Exprs &sums, const Expr &) const {
    return 1.0f / negatives(sums[1]);
}

Expr MarginTriplet::positive_slope(const Exprs &sums, const Expr &) const {
    return -sums[1] / negatives(sums[1]);
}

Expr MarginTriplet::weight(const Expr &similarity, const PairRow &own, const PairRow &other,
                           const Expr &negative) const {
    const auto share = [&](const PairRow &row) {
        return where(active(similarity, row.positive, negative), row.factor);
    };
    return share(own) + share(other);
}

} // namespace haliclr::dsl
