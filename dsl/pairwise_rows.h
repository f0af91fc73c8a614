// What the tile engine (pairwise.h) and the stripes (stripes.h) say alike: pairs, sums, the end of
// a row's loss and of its gradient.
#pragma once

#include <vector>

#include "Halide.h"
#include "dsl/pairwise_loss.h"

namespace haliclr::dsl {

Halide::Expr held_row(const Halide::Expr &rows, const Halide::Expr &row);

// The row that makes a positive pair with `row` of M rows; rows beyond M get some row.
Halide::Expr positive_row(const Halide::Expr &rows, const Halide::Expr &row);

// Whether two of M rows are no positive pair.
Halide::Expr is_negative(const Halide::Expr &rows, const Halide::Expr &row,
                         const Halide::Expr &other);

// A similarity as the tiles hold it, and back: of the element type, or as int16 in steps of
// 1/32767, half of which, 1.5e-5, is then lost.
Halide::Expr stored_similarity(const Halide::Expr &similarity, const Halide::Type &as);
Halide::Expr similarity_of(const Halide::Expr &stored, const Halide::Type &element);

std::vector<Halide::Expr> entries(const Halide::FuncRef &values, int count);

// The sums of no terms, and with another term: all entries are added, of the last the maximum is
// taken.
Halide::Tuple nothing(const Halide::Type &type, int terms);
Halide::Tuple add(const Halide::FuncRef &sum, const std::vector<Halide::Expr> &term);

// A row's loss, accuracy and detail, from its sums of terms with the largest S of a negative last.
std::vector<Halide::Expr> row_results(const PairwiseLoss &loss,
                                      const std::vector<Halide::Expr> &totals,
                                      const Halide::Expr &positive);

// What the backward pass needs of a row: positive, factor, positive slope.
std::vector<Halide::Expr> row_state_of(const PairwiseLoss &loss,
                                       const std::vector<Halide::Expr> &sums,
                                       const Halide::Expr &positive);

// From the product of the weights with the unit rows to the gradient with respect to z.
struct GradientEnd {
    Halide::Var d{"d"}, row{"row"};
    Halide::RDom column; // over D

    Halide::Func unit_gradient{"unit_gradient"}; // (d, row) with respect to u
    Halide::Func projection{"projection"};       // (row) unit_gradient . u
    Halide::Func dz{"dz"};                       // (d, row) output, D columns

    explicit GradientEnd(const Halide::Expr &columns) : column(0, columns, "column") {}

    // product: of (d, row); share: of each row's loss in the loss times its gradient; rows: of
    // unit, whose positive pairs lie half of them apart; the rest as in PairwiseBackward.
    void define(const Halide::Expr &product, const Halide::Expr &share, const Halide::Func &unit,
                const Halide::Func &inverse_norms, const Halide::Func &row_state,
                const Halide::Expr &rows);
};

} // namespace haliclr::dsl
