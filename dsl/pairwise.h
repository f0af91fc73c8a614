// Pairwise losses (pairwise_loss.h) streamed over pairs of row blocks, forward and backward, so
// that no M x M matrix need be held.
//
// The rows are cut into blocks; the last one is filled up with rows that enter no sum. S is
// symmetric, so a block meets only the blocks that lie at most half the circle of blocks ahead of
// it: block b and offset o stand for the tile of pairs between block b, its rows i, and block (b +
// o) mod blocks, its rows j. The derivation of the gradient is in docs/ntxent.md.
#pragma once

#include "Halide.h"
#include "dsl/pairwise_rows.h"

namespace haliclr::dsl {

struct PairwiseSizes {
    Halide::Expr rows;    // M, even, at least 2
    Halide::Expr columns; // D, filled up with zero columns to a multiple of unit_row_alignment
    int block_rows;       // rows of a block; also fixes the order in which the sums are added
    // Whether plain tiles are told from the others: for schedules with a serial loop over the
    // offsets, of which Halide makes one without masks, as the condition is marked likely.
    bool tells_plain = false;

    Halide::Expr blocks() const { return (rows + (block_rows - 1)) / block_rows; }
    Halide::Expr offsets() const { return blocks() / 2 + 1; }

    Halide::Expr held(const Halide::Expr &row) const; // a row of z even where `row` lies beyond M
    // Whether S of the two rows enters the sums: not a row with itself, not a filled-up row; and
    // whether they are no positive pair. plain: only where both hold.
    Halide::Expr enters(const Halide::Expr &row, const Halide::Expr &other,
                        const Halide::Expr &plain) const;
    Halide::Expr negative(const Halide::Expr &row, const Halide::Expr &other,
                          const Halide::Expr &plain) const;
    // Whether the tile at offset o is in a run of plain ones, which have no row with itself, no
    // positive pair and no filled-up row. last: the offset of the tile with the last block, where
    // rows are filled up, 0 for that block's own tiles; the longer run beside it is taken.
    Halide::Expr plain(const Halide::Expr &o, const Halide::Expr &last) const;
    // The offset at which block b meets the last block.
    Halide::Expr to_last(const Halide::Expr &b) const { return blocks() - 1 - b; }
    // The block that lies o ahead of block b, and behind it.
    Halide::Expr ahead(const Halide::Expr &b, const Halide::Expr &o) const;
    Halide::Expr behind(const Halide::Expr &b, const Halide::Expr &o) const;
    // Offset 0 is a block with itself, and half the circle is met from both ends.
    Halide::Expr met_twice(const Halide::Expr &o) const;
};

// (i, d, b): unit(d, row i of block b), zero beyond M.
Halide::Func packed_rows(const Halide::Func &unit, const PairwiseSizes &sizes, const Halide::Var &i,
                         const Halide::Var &d, const Halide::Var &b);

// (i, b): {positive, factor} of row i of block b, from the row_state of the forward pass.
Halide::Func row_states(const Halide::Func &row_state, const PairwiseSizes &sizes,
                        const Halide::Var &i, const Halide::Var &b);

// Row i of block b and row j of the block o ahead; last: as in PairwiseSizes::plain.
struct PairInTiles {
    Halide::Expr i, j, b, ahead, o, last;
};

// The loss's weight of a pair, half of it in the tiles that are met twice. state: row_states.
Halide::Expr pair_weight(const Halide::Expr &similarity, const PairInTiles &at,
                         const Halide::Func &state, const PairwiseLoss &loss,
                         const PairwiseSizes &sizes);

// S of every tile, for the passes that read it instead of computing it.
struct PairwiseTiles {
    Halide::Var i{"i"}, j{"j"}, d{"d"}, b{"b"}, o{"o"};
    Halide::RDom column; // over D

    Halide::Func packed{"packed"};         // (i, d, b) unit rows, zero beyond M
    Halide::Func own_rows{"own_rows"};     // the same, as the factor of S by row i
    Halide::Func similarity{"similarity"}; // (j, i, b, o) S
    Halide::Func tiles{"tiles"};           // (j, i, b, o) output: similarity, as `stored`

    // unit: (d, i) as dsl/unit_rows.h makes them. stored: the type of `unit`, or int16.
    PairwiseTiles(const Halide::Func &unit, const PairwiseSizes &sizes, const Halide::Type &stored);
};

// The loss, two statistics, and what the backward pass needs of each row.
struct PairwiseForward {
    Halide::Var i{"i"};                 // row within block b; row of z in row_state
    Halide::Var j{"j"};                 // row within the other block
    Halide::Var d{"d"};                 // column
    Halide::Var b{"b"};                 // block
    Halide::Var o{"o"};                 // offset to the other block, 0 .. blocks/2
    Halide::Var side{"side"};           // 0: the rows of block b, 1: those of the other block
    Halide::Var statistic{"statistic"}; // 0 loss, 1 accuracy, 2 the loss's detail
    Halide::Var c{"c"};                 // of row_state: 0 positive, 1 factor, 2 positive slope

    Halide::RDom column, block_row, offset, block; // over D, a block's rows, offsets, blocks

    Halide::Func packed{"packed"};         // (i, d, b) unit rows, zero beyond M
    Halide::Func own_rows{"own_rows"};     // the same, as the factor of S by row i
    Halide::Func similarity{"similarity"}; // (j, i, b, o) S
    Halide::Func positive{"positive"};     // (i, b) S of the positive pair
    // (j, i, b, o) the terms of row i, those of row j where they differ, S of a negative. NT-Xent's
    // serve both rows.
    Halide::Func terms{"terms"};
    Halide::Func row_sums{"row_sums"};                 // (i, b, o) {sums of terms, max S} over j
    Halide::Func column_sums{"column_sums"};           // (j, b, o) the same over i
    Halide::Func pair_sums{"pair_sums"};               // (i, side, b, o) row_sums and column_sums
    Halide::Func totals{"totals"};                     // (i, b) over all other rows
    Halide::Func row_statistics{"row_statistics"};     // (i, statistic, b), zero beyond M
    Halide::Func block_statistics{"block_statistics"}; // (statistic, b)
    Halide::Func statistics_sum{"statistics_sum"};     // (statistic)
    Halide::Func statistics{"statistics"}; // (statistic) output, 3: means over the M rows
    Halide::Func row_state{"row_state"};   // (i, c) output, M x 3

    // tiles: what PairwiseTiles stored, or undefined to compute S here.
    PairwiseForward(const Halide::Func &unit, const Halide::Func &tiles, const PairwiseLoss &loss,
                    const PairwiseSizes &sizes);
    bool reads_tiles;
};

// The gradient of `gradient * loss` with respect to z.
struct PairwiseBackward : GradientEnd {
    Halide::Var i{"i"}, j{"j"}, b{"b"}, o{"o"}; // as in PairwiseForward
    Halide::RDom block_row, offset;

    Halide::Func packed{"packed"};         // (i, d, b) unit rows, zero beyond M
    Halide::Func own_rows{"own_rows"};     // the same, as the factor of S by row i
    Halide::Func state{"state"};           // (i, b) {positive, factor} of a row
    Halide::Func similarity{"similarity"}; // (j, i, b, o) S
    // (j, i, b, o) the loss's weight of a pair; half of it in the tiles that are met from both
    // ends, so that a tile can always serve both of its blocks.
    Halide::Func weight{"weight"};
    Halide::Func own_weight{"own_weight"};       // weight of the tile ahead of block b
    Halide::Func mirror_weight{"mirror_weight"}; // (j, i, b, o) weight of the tile behind it
    Halide::Func tile_product{"tile_product"};   // (d, i, b, o) both tiles times their unit rows
    Halide::Func product{"product"};             // (d, i, b) over all offsets

    // unit, inverse_norms: of dsl/unit_rows.h; row_state: of the forward pass; tiles: as there.
    PairwiseBackward(const Halide::Func &unit, const Halide::Func &inverse_norms,
                     const Halide::Func &row_state, const Halide::Func &tiles,
                     const PairwiseLoss &loss, const PairwiseSizes &sizes, Halide::Expr gradient);
    bool reads_tiles;
};

} // namespace haliclr::dsl
