// Random parameters of the views of a batch: the table that the views kernel reads.
// A row is a pure function of (seed, epoch, sample id, view), whatever its place in the batch.
#pragma once

#include <Halide.h>

namespace haliclr::dsl {

// draws(column, row), float32, columns as in dsl/recipe.h (DrawColumn); row n < images is the first
// view of image n, row n + images the second. Crops follow torchvision's RandomResizedCrop: up to
// ten attempts with uniform area and log-uniform aspect ratio, sides rounded to whole pixels, then
// the largest centred crop within the ratios.
//   image_table(field, n)  int32: offset, height, width     ids(n)  int64
//   strengths(i)           float32, as in dsl/recipe.h (Strength)
//   seed_low, seed_high, epoch  uint32
struct Draws {
    Halide::Var column{"column"}, row{"row"}, block{"block"};
    // (block, row): four random words.
    Halide::Func words{"words"};
    static constexpr int block_count = 9;
    // (row): width and height of the accepted crop, 0 while there is none.
    Halide::Func crop{"crop"};
    Halide::RDom attempt;
    Halide::Func draws{"draws"};

    Draws(Halide::Func image_table, Halide::Expr images, Halide::Func ids, Halide::Func strengths,
          Halide::Expr seed_low, Halide::Expr seed_high, Halide::Expr epoch);
};

} // namespace haliclr::dsl
