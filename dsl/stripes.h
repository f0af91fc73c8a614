// Pairwise losses (pairwise_loss.h) over stripes of similarities that come from a matrix product
// made elsewhere.
//
// A stripe holds S of the rows first_row .. first_row + rows - 1 with the columns first_column ..
// first_column + columns - 1, which are rows of the batch too. Its buffer is filled up with
// anything to whole blocks, in both directions; what lies there enters no sum and has weight 0. So
// does the pair of a row with itself.
#pragma once

#include "Halide.h"
#include "dsl/pairwise_rows.h"

namespace haliclr::dsl {

struct StripeSizes {
    Halide::Expr rows, columns;           // of the stripe
    Halide::Expr first_row, first_column; // their places in the batch
    Halide::Expr batch;                   // M
    int block;                            // also fixes the order in which the sums are added
};

// The loss's terms, added up over the columns for each row and over the rows for each column.
struct StripeSums {
    Halide::Var i{"i"}, j{"j"};           // row and column within a tile
    Halide::Var a{"a"}, b{"b"};           // block of rows, block of columns
    Halide::Var side{"side"};             // 0: the rows of a tile, 1: its columns
    Halide::Var k{"k"};                   // of sums: a term, or the largest S of a negative, last
    Halide::Var row{"row"};               // of the stripe, or its column
    Halide::RDom in_block;                // over a block
    Halide::RDom column_block, row_block; // over the blocks of columns, of rows

    Halide::Func row_positive{"row_positive"};       // (row) p of a row
    Halide::Func column_positive{"column_positive"}; // (row) p of a column
    // (j, i, b, a) the terms of row i, those of column j where they differ, S of a negative.
    Halide::Func terms{"terms"};
    Halide::Func tile_rows{"tile_rows"};         // (i, b, a) {sums of terms, max S} over j
    Halide::Func tile_columns{"tile_columns"};   // (j, b, a) the same over i
    Halide::Func tile_sums{"tile_sums"};         // (i, side, b, a) both
    Halide::Func row_totals{"row_totals"};       // (i, a) over the blocks of columns
    Halide::Func column_totals{"column_totals"}; // (j, b) over the blocks of rows
    Halide::Func row_sums{"row_sums"};           // (row, k) output
    Halide::Func column_sums{"column_sums"};     // (row, k) output

    // similarity: (column, row) of the stripe; positive: (row of the batch); row_blocks,
    // column_blocks: of the buffer of similarity.
    StripeSums(const Halide::Func &similarity, const Halide::Func &positive,
               const PairwiseLoss &loss, const StripeSizes &sizes, const Halide::Expr &row_blocks,
               const Halide::Expr &column_blocks);

private:
    void define_terms(const Halide::Func &similarity, const PairwiseLoss &loss,
                      const StripeSizes &sizes);
    void define_sums(const Halide::Type &type, const PairwiseLoss &loss, int size);
};

// The loss's weight of each pair, which may be written over the similarities.
struct StripeWeights {
    Halide::Var row{"row"}, column{"column"};

    Halide::Func row_of{"row_of"};       // (row) {positive, factor}
    Halide::Func column_of{"column_of"}; // (column) the same
    Halide::Func weights{"weights"};     // (column, row) output

    // row_state: (row of the batch, 3), of StripeRows.
    StripeWeights(const Halide::Func &similarity, const Halide::Func &row_state,
                  const PairwiseLoss &loss, const StripeSizes &sizes);
};

// From the sums of rows over the whole batch to what the backward pass needs of them, and the means
// of their statistics.
struct StripeRows {
    static constexpr int chunk_rows = 64; // fixes the order in which the statistics are added

    Halide::Var row{"row"}, c{"c"}, statistic{"statistic"}, chunk{"chunk"};
    Halide::RDom in_chunk, over_chunks;

    Halide::Func row_state{"row_state"};               // (row, c) output: see PairwiseForward
    Halide::Func row_statistics{"row_statistics"};     // (row, statistic), zero beyond the rows
    Halide::Func chunk_statistics{"chunk_statistics"}; // (statistic, chunk)
    Halide::Func statistics_sum{"statistics_sum"};     // (statistic)
    Halide::Func statistics{"statistics"};             // (statistic) output: means over the rows

    // totals: (row, k) as in StripeSums; positive: (row); rows: their number.
    StripeRows(const Halide::Func &totals, const Halide::Func &positive, const PairwiseLoss &loss,
               const Halide::Expr &rows);
};

// The gradient with respect to z, from the product (d, row) of the weights with the unit rows.
struct StripeGradient : GradientEnd {
    StripeGradient(const Halide::Func &product, const Halide::Func &unit,
                   const Halide::Func &inverse_norms, const Halide::Func &row_state,
                   const Halide::Expr &rows, const Halide::Expr &columns,
                   const Halide::Expr &share);
};

} // namespace haliclr::dsl
