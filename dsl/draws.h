// Random parameters of the views of a batch: the table that the views kernel reads.
// A row is a pure function of (seed, epoch, sample id, view), whatever its place in the batch.
#pragma once

#include "dsl/view_sequence.h"

#include <vector>

#include <Halide.h>

namespace haliclr::dsl {

// Attempts of which the first that is accepted counts, over rows: (row) -> its numbers, the first
// of which is 0 while there is none.
struct Attempts {
    Halide::Func found;
    Halide::RDom attempt;
    // Of the stage after the first, if any, that a row with a result skips: a row a branch.
    Halide::Func first_found;
    Halide::RDom later;
    bool has_later = false;
};

// draws(column, row), float32, columns as the sequence has them; row n < images is the first view
// of image n, row n + images the second.
//   image_table(field, n)  int32: offset, height, width     ids(n)  int64
//   strengths(number, view)  float32, as in dsl/view_sequence.h
//   seed_low, seed_high, epoch  uint32
struct Draws {
    Halide::Var column{"column"}, row{"row"}, block{"block"};
    // (block, row): four random words, of the operators of the stock sequence.
    Halide::Func words{"words"};
    static constexpr int block_count = 9;
    std::vector<Attempts> attempts;
    Halide::Func draws{"draws"};
    int columns = 0;

    Draws(const ViewSequence &sequence, Halide::Func image_table, Halide::Expr images,
          Halide::Func ids, Halide::Func strengths, Halide::Expr seed_low, Halide::Expr seed_high,
          Halide::Expr epoch);
};

} // namespace haliclr::dsl
