// The expressions of dsl/pairwise_rows.h.
#include "dsl/pairwise_rows.h"

#include "dsl/pairwise_limits.h"

namespace haliclr::dsl {

using namespace Halide;

Expr held_row(const Expr &rows, const Expr &row) {
    return clamp(row, 0, rows - 1);
}

Expr positive_row(const Expr &rows, const Expr &row) {
    const Expr half = rows / 2;
    return held_row(rows, select(row < half, row + half, row - half));
}

Expr is_negative(const Expr &rows, const Expr &row, const Expr &other) {
    return other != positive_row(rows, row);
}

namespace {

constexpr float fixed_point_steps = 32767;

} // namespace

Expr stored_similarity(const Expr &similarity, const Type &as) {
    if (as.is_float()) {
        return cast(as, similarity);
    }
    // Rounding may leave unit rows a little more than 1 apart.
    const Expr bounded = clamp(similarity, cast(similarity.type(), -1), cast(similarity.type(), 1));
    return cast(as, round(bounded * cast(similarity.type(), fixed_point_steps)));
}

Expr similarity_of(const Expr &stored, const Type &element) {
    return stored.type().is_float() ? cast(element, stored)
                                    : cast(element, stored) * cast(element, 1 / fixed_point_steps);
}

std::vector<Expr> entries(const FuncRef &values, int count) {
    std::vector<Expr> result;
    for (int k = 0; k < count; ++k) {
        result.push_back(values[k]);
    }
    return result;
}

Tuple nothing(const Type &type, int terms) {
    std::vector<Expr> result(terms, cast(type, 0.0f));
    result.push_back(type.min());
    return Tuple(result);
}

Tuple add(const FuncRef &sum, const std::vector<Expr> &term) {
    std::vector<Expr> result;
    for (size_t k = 0; k + 1 < term.size(); ++k) {
        result.push_back(sum[int(k)] + term[k]);
    }
    result.push_back(max(sum[int(term.size()) - 1], term.back()));
    return Tuple(result);
}

std::vector<Expr> row_results(const PairwiseLoss &loss, const std::vector<Expr> &totals,
                              const Expr &positive) {
    const Type type = positive.type();
    const std::vector<Expr> sums(totals.begin(), totals.end() - 1);
    const Expr accuracy = select(positive > totals.back() + least_similarity_lead, cast(type, 1.0f),
                                 cast(type, 0.0f));
    return {loss.loss(sums, positive), accuracy, loss.detail(sums, positive)};
}

std::vector<Expr> row_state_of(const PairwiseLoss &loss, const std::vector<Expr> &sums,
                               const Expr &positive) {
    return {positive, loss.factor(sums, positive), loss.positive_slope(sums, positive)};
}

void GradientEnd::define(const Expr &product, const Expr &share, const Func &unit,
                         const Func &inverse_norms, const Func &row_state, const Expr &rows) {
    const Type type = unit.types()[0];
    const Expr partner = positive_row(rows, row);
    const Expr slope = row_state(row, 2) + row_state(partner, 2);
    unit_gradient(d, row) = share * (product + slope * unit(d, partner));
    projection(row) = cast(type, 0.0f);
    projection(row) += unit_gradient(column, row) * unit(column, row);

    // A row that was divided by the least norm instead of its own has a constant divisor.
    const Expr own_norm = inverse_norms(row) < 1.0f / smallest_row_norm;
    const Expr along = select(own_norm, projection(row), cast(type, 0.0f));
    dz(d, row) = inverse_norms(row) * (unit_gradient(d, row) - along * unit(d, row));
}

} // namespace haliclr::dsl
