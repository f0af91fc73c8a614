// The vocabulary of pairwise losses: a loss of rows i and their similarities S_ij with all others.
//
// z holds M = 2N rows; rows i and i + N are views of one image, a positive pair, p_i = S_i,pos(i).
// A loss states
//
//     terms     t_k(S_ij, p_i), added up over the other rows: T_ik = sum_{j != i} t_k
//     loss      loss_i(T_i, p_i), whose mean over the rows is the loss
//     weight    d(loss_i + loss_j)/dS_ij of a pair as if p were a constant
//     positive  d loss_i/dp_i as if S were a constant
//
// and dsl/pairwise.h streams it over tiles, forward and backward. A new loss is a class here, its
// formula in a file of its own, and a line in make_pairwise_loss.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "Halide.h"

namespace haliclr::dsl {

// Run-time numbers; a loss reads those that it knows.
struct PairwiseScalars {
    Halide::Expr inverse_temperature;
    Halide::Expr margin;
    Halide::Expr semi_hard; // bool: only negatives with p_i - margin < S_ij < p_i
    Halide::Expr rows;      // M
    // e^x, for a device that has a faster one.
    std::function<Halide::Expr(const Halide::Expr &)> exponential = [](const Halide::Expr &x) {
        return Halide::exp(x);
    };
};

// A row as its pairs see it in the backward pass.
struct PairRow {
    Halide::Expr positive; // p_i
    Halide::Expr factor;   // PairwiseLoss::factor of the row
};

class PairwiseLoss {
public:
    using Expr = Halide::Expr;
    using Exprs = std::vector<Expr>;

    explicit PairwiseLoss(PairwiseScalars scalars) : scalars(std::move(scalars)) {}
    virtual ~PairwiseLoss() = default;

    // The terms of row i for one pair. negative: the pair is not the row's positive pair.
    virtual Exprs terms(const Expr &similarity, const Expr &positive,
                        const Expr &negative) const = 0;
    virtual int term_count() const = 0;
    // Whether the terms read p_i; where they do not, a pair's terms serve both of its rows.
    virtual bool terms_know_positive() const = 0;

    // From a row's sums of terms and p_i.
    virtual Expr loss(const Exprs &sums, const Expr &positive) const = 0;
    virtual Expr detail(const Exprs &sums, const Expr &positive) const = 0; // third statistic
    virtual Expr factor(const Exprs &sums, const Expr &positive) const = 0;
    virtual Expr positive_slope(const Exprs &sums, const Expr &positive) const = 0;

    virtual Expr weight(const Expr &similarity, const PairRow &own, const PairRow &other,
                        const Expr &negative) const = 0;

protected:
    // value where it holds, else 0, in the type of value.
    static Expr where(const Expr &holds, const Expr &value) {
        return select(holds, value, Halide::cast(value.type(), 0));
    }

    PairwiseScalars scalars;
};

// kind: "ntxent", "nt_logistic" or "margin_triplet". Throws std::invalid_argument for another.
std::unique_ptr<PairwiseLoss> make_pairwise_loss(const std::string &kind,
                                                 const PairwiseScalars &scalars);

} // namespace haliclr::dsl
