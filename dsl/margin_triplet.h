// The margin triplet loss of SimCLR's comparison (Chen et al. 2020, arXiv:2002.05709, table 2;
// Schroff et al. 2015, arXiv:1503.03832, for semi-hard negatives).
//
//     loss_i   = mean over the negatives j of max(S_ij - p_i + margin, 0)
//     active_i = share of the negatives with a gradient, its detail
//
// All negatives count, or only the semi-hard ones, p_i - margin < S_ij < p_i; then the mean is over
// those, and 0 where there are none. The paper leaves the weight of the negatives open; a mean does
// not grow with the batch. There is no temperature.
#pragma once

#include "dsl/pairwise_loss.h"

namespace haliclr::dsl {

class MarginTriplet : public PairwiseLoss {
public:
    using PairwiseLoss::PairwiseLoss;
    Exprs terms(const Expr &similarity, const Expr &positive, const Expr &negative) const override;
    int term_count() const override { return 2; }
    bool terms_know_positive() const override { return true; }
    Expr loss(const Exprs &sums, const Expr &positive) const override;
    Expr detail(const Exprs &sums, const Expr &positive) const override;
    Expr factor(const Exprs &sums, const Expr &positive) const override;
    Expr positive_slope(const Exprs &sums, const Expr &positive) const override;
    Expr weight(const Expr &similarity, const PairRow &own, const PairRow &other,
                const Expr &negative) const override;

private:
    Expr active(const Expr &similarity, const Expr &positive, const Expr &negative) const;
    Expr negatives(const Expr &active_sum) const;
};

} // namespace haliclr::dsl
