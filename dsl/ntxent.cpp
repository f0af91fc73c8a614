// The formulas of dsl/ntxent.h.
#include "dsl/ntxent.h"

namespace haliclr::dsl {

using Halide::Expr;

PairwiseLoss::Exprs NtXent::terms(const Expr &similarity, const Expr &, const Expr &) const {
    const Expr exponent = (similarity - 1.0f) * scalars.inverse_temperature;
    const Expr term = scalars.exponential(exponent);
    return {term, term * exponent};
}

Expr NtXent::loss(const Exprs &sums, const Expr &positive) const {
    return log(sums[0]) - (positive - 1.0f) * scalars.inverse_temperature;
}

Expr NtXent::detail(const Exprs &sums, const Expr &) const {
    return log(sums[0]) - sums[1] / sums[0];
}

Expr NtXent::factor(const Exprs &sums, const Expr &) const {
    return scalars.inverse_temperature / sums[0];
}

Expr NtXent::positive_slope(const Exprs &, const Expr &) const {
    return -scalars.inverse_temperature;
}

Expr NtXent::weight(const Expr &similarity, const PairRow &own, const PairRow &other,
                    const Expr &) const {
    return scalars.exponential((similarity - 1.0f) * scalars.inverse_temperature) *
           (own.factor + other.factor);
}

} // namespace haliclr::dsl
