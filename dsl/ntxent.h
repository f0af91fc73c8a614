// NT-Xent, the contrastive loss of SimCLR (Chen et al. 2020, arXiv:2002.05709, equation 1).
//
//     E_ij       = exp((S_ij - 1)/temperature), l_i = sum_{j != i} E_ij
//     loss_i     = log l_i - (p_i - 1)/temperature
//     entropy_i  = log l_i - (sum_{j != i} E_ij (S_ij - 1)/temperature) / l_i, its detail
//
// S is at most 1, so the exponents need no running maximum; ntxent_limits.h says down to which
// temperature. W_ij = E_ij (1/l_i + 1/l_j)/temperature is symmetric: both factors of S = U U^T get
// the same gradient, so one product with W stands for two.
#pragma once

#include "dsl/pairwise_loss.h"

namespace haliclr::dsl {

class NtXent : public PairwiseLoss {
public:
    using PairwiseLoss::PairwiseLoss;
    Exprs terms(const Expr &similarity, const Expr &positive, const Expr &negative) const override;
    int term_count() const override { return 2; }
    bool terms_know_positive() const override { return false; }
    Expr loss(const Exprs &sums, const Expr &positive) const override;
    Expr detail(const Exprs &sums, const Expr &positive) const override;
    Expr factor(const Exprs &sums, const Expr &positive) const override;
    Expr positive_slope(const Exprs &sums, const Expr &positive) const override;
    Expr weight(const Expr &similarity, const PairRow &own, const PairRow &other,
                const Expr &negative) const override;
};

} // namespace haliclr::dsl
