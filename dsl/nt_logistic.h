// NT-Logistic, the logistic loss of SimCLR's comparison (Chen et al. 2020, arXiv:2002.05709, table
// 2). With softplus(x) = log(1 + exp(x)):
//
//     loss_i   = softplus(-p_i/temperature) + mean over the negatives j of
//     softplus(S_ij/temperature) active_i = share of the negatives that count, its detail
//
// All negatives count, or only the semi-hard ones, p_i - margin < S_ij < p_i; then the mean is over
// those, and 0 where there are none. The paper leaves the weight of the negatives open; a mean does
// not grow with the batch.
#pragma once

#include "dsl/pairwise_loss.h"

namespace haliclr::dsl {

class NtLogistic : public PairwiseLoss {
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
    Expr counts(const Expr &similarity, const Expr &positive, const Expr &negative) const;
};

} // namespace haliclr::dsl
