// The pairwise losses of dsl/pairwise.h with both matrix products, S = U U^T and W U, as products
// of fragments (dsl/tensor_core.h). The rows of a block, the order of the sums and all but the
// products are those of dsl/pairwise.h; factors are rounded to the fragments' type first.
//
// Blocks have a multiple of 16 rows. strip: a run of 16 rows of A or D, half_strip: of 8 rows of B.
// D is taken in runs of unit_row_alignment columns.
#pragma once

#include "Halide.h"
#include "dsl/pairwise.h"
#include "dsl/tensor_core.h"

namespace haliclr::dsl {

// S of the tile of block b and the block o ahead.
struct TensorSimilarity {
    Halide::Var i{"i"}, j{"j"}, d{"d"}, b{"b"}, o{"o"}; // as in PairwiseForward
    Halide::Var lane{"lane"}, reg{"reg"};               // of a fragment
    Halide::Var depth{"depth"};                         // of D, in fragments
    Halide::Var strip{"strip"}, half_strip{"half_strip"}, run{"run"};
    Halide::RDom step, runs; // over the depths of a run, the runs of D

    Halide::Func packed{"packed"}; // (i, d, b) unit rows, zero beyond M
    // (lane, reg, depth, strip, b) A's fragments of a block's rows; B's are registers of them.
    Halide::Func fragments{"fragments"};
    Halide::Func left{"left"};   // (lane, reg, depth, strip, b, o) A: rows of block b
    Halide::Func right{"right"}; // (lane, reg, depth, half_strip, b, o) B: those of the other
    Halide::Func run_product{"run_product"}; // (lane, half_strip, strip, run, b, o) D's registers
    Halide::Func product{"product"};         // (lane, reg, half_strip, strip, b, o) over all runs
    Halide::Func similarity{"similarity"};   // (j, i, b, o) S

    // unit: (d, i) float32, as dsl/unit_rows.h makes them. Throws std::invalid_argument for
    // block_rows that are no multiple of 16.
    TensorSimilarity(const Halide::Func &unit, const PairwiseSizes &sizes, const TensorCore &core);
};

// PairwiseForward of the tensor core's similarities.
struct TensorForward {
    TensorSimilarity tensor;
    PairwiseForward pairs;

    TensorForward(const Halide::Func &unit, const PairwiseLoss &loss, const PairwiseSizes &sizes,
                  const TensorCore &core);
};

// PairwiseBackward with the weights, too, as fragments.
struct TensorBackward : GradientEnd {
    TensorSimilarity tensor;
    Halide::Var i{"i"}, j{"j"}, b{"b"}, o{"o"}, lane{"lane"}, reg{"reg"}, depth{"depth"};
    Halide::Var strip{"strip"};     // of D's rows: rows i of block b
    Halide::Var d_strip{"d_strip"}; // of D's columns: runs of 8 columns of unit rows
    Halide::RDom step, offset;      // over the depths of a block's rows, the offsets

    Halide::Func state{"state"};   // (i, b) {positive, factor} of a row
    Halide::Func weight{"weight"}; // (j, i, b, o) of a pair, as in PairwiseBackward
    // (lane, reg, depth, strip, b, o) A's fragments of a tile of weights {W, W transposed}
    Halide::Func weights{"weights"};
    Halide::Func unit_fragments{"unit_fragments"};     // (lane, reg, depth, d_strip, b) B's
    Halide::Func tile_product{"tile_product"};         // (lane, d_strip, strip, b, o) D's registers
    Halide::Func fragment_product{"fragment_product"}; // (lane, reg, d_strip, strip, b) of offsets
    Halide::Func product{"product"};                   // (d, i, b)

    TensorBackward(const Halide::Func &unit, const Halide::Func &inverse_norms,
                   const Halide::Func &row_state, const PairwiseLoss &loss,
                   const PairwiseSizes &sizes, const Halide::Expr &gradient,
                   const TensorCore &core);
};

} // namespace haliclr::dsl
