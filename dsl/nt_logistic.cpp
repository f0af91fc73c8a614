// The formulas of dsl/nt_logistic.h.
#include "dsl/nt_logistic.h"

namespace haliclr::dsl {

using Halide::Expr;

namespace {

Expr softplus(const Expr &x) {
    return max(x, 0.0f) + log(1.0f + exp(-abs(x)));
}

Expr sigmoid(const Expr &x) {
    const Expr small = exp(-abs(x));
    return select(x > 0.0f, cast(x.type(), 1), small) / (1.0f + small);
}

} // namespace

Expr NtLogistic::counts(const Expr &similarity, const Expr &positive, const Expr &negative) const {
    const Expr semi_hard = similarity < positive && similarity > positive - scalars.margin;
    return negative && (!scalars.semi_hard || semi_hard);
}

PairwiseLoss::Exprs NtLogistic::terms(const Expr &similarity, const Expr &positive,
                                      const Expr &negative) const {
    const Expr counted = counts(similarity, positive, negative);
    return {where(counted, softplus(similarity * scalars.inverse_temperature)),
            where(counted, cast(similarity.type(), 1))};
}

Expr NtLogistic::loss(const Exprs &sums, const Expr &positive) const {
    return softplus(-positive * scalars.inverse_temperature) + sums[0] / max(sums[1], 1.0f);
}

Expr NtLogistic::detail(const Exprs &sums, const Expr &) const {
    return sums[1] / max(cast(sums[1].type(), scalars.rows) - 2.0f, 1.0f);
}

Expr NtLogistic::factor(const Exprs &sums, const Expr &) const {
    return scalars.inverse_temperature / max(sums[1], 1.0f);
}

Expr NtLogistic::positive_slope(const Exprs &, const Expr &positive) const {
    return -scalars.inverse_temperature * sigmoid(-positive * scalars.inverse_temperature);
}

Expr NtLogistic::weight(const Expr &similarity, const PairRow &own, const PairRow &other,
                        const Expr &negative) const {
    const auto share = [&](const PairRow &row) {
        return where(counts(similarity, row.positive, negative), row.factor);
    };
    return sigmoid(similarity * scalars.inverse_temperature) * (share(own) + share(other));
}

} // namespace haliclr::dsl
