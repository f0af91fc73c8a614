// The pixels of every view of a batch: crop | flip | jitter | grey | blur | solarize in one
// pipeline, steered by the table of draws. Conventions of torchvision's v2 transforms on float
// tensors.
#pragma once

#include <vector>

#include <Halide.h>

namespace haliclr::dsl {

// An update stage that is skipped for a view that does not take it: the stage of `func` with this
// index runs over `guard`, a domain of one point whose predicate depends on the view alone.
struct GuardedStage {
    int index;
    Halide::RDom guard;
};

// views(x, y, c, v), float32 in [0, 1]; view v is of image v % images.
//   bytes(i)                uint8, interleaved RGB rows, images at their table's offsets
//   image_table(field, n)   int32: offset, height, width
//   draws(column, v)        float32, columns as in dsl/recipe.h (DrawColumn)
// Every view is size x size. Positions are clamped to the image and to the bytes, whatever the
// draws.
//
// Contrast needs the mean of the whole image, so it divides the jitter into two Funcs; each holds
// the other three operators in every order slot, as guarded stages that work in place.
struct Views {
    Halide::Var x{"x"}, y{"y"}, c{"c"}, v{"v"}, slot{"slot"}, tap{"tap"};

    Halide::Func columns{"columns"}; // (x, v): byte offsets of two source columns, weight
    Halide::Func rows{"rows"};       // (y, v): byte offsets of two source rows, weight
    Halide::Func slot_operator{"slot_operator"};     // (slot, v): the jitter's operator of a slot
    Halide::Func contrast_slot{"contrast_slot"};     // (v)
    Halide::Func before_contrast{"before_contrast"}; // (x, y, v): the crop, then the jitter's start
    std::vector<GuardedStage> before_stages;
    Halide::Func column_luma{"column_luma"}; // (x, v): sum of the luma over image_rows
    Halide::RDom image_rows;
    Halide::Func mean_luma{"mean_luma"};           // (v): one guarded stage over image_columns.x
    Halide::RDom image_columns;                    // .x the columns, .y the guard
    Halide::Func after_contrast{"after_contrast"}; // (x, y, v): contrast, the jitter's rest, grey
    std::vector<GuardedStage> after_stages;
    Halide::RDom taps;
    Halide::RDom taps_across;          // the same, for blur_x; empty for a view that is not blurred
    Halide::Func bell{"bell"};         // (tap, v): Gaussian weights
    Halide::Func bell_sum{"bell_sum"}; // (v): their sum over taps
    Halide::Func tap_weight{"tap_weight"}; // (tap, v): weights that sum to 1
    Halide::Func blur_x{"blur_x"};         // (x, y, v): sums over taps_across
    Halide::Func blur_y{"blur_y"};         // (x, y, v): sums over taps
    Halide::Func finished{"finished"};     // (x, y, v): stage 0 the blur, stage 1 solarize
    GuardedStage blur_stage, solarize_stage;
    Halide::Func views{"views"};

    Views(Halide::Func bytes, Halide::Expr byte_count, Halide::Func image_table,
          Halide::Expr images, Halide::Func draws, Halide::Expr size);

private:
    Halide::Func draws;
    Halide::Expr size;

    Halide::Expr draw(int column) const;
    GuardedStage add_stage(Halide::Func func, const Halide::Expr &taken,
                           const Halide::Tuple &values) const;
    void define_sampling(Halide::Func bytes, Halide::Expr byte_count, Halide::Func image_table,
                         Halide::Expr images);
    void define_slots();
    void add_jitter_stages(Halide::Func func, bool before, std::vector<GuardedStage> &stages) const;
    void define_contrast();
    void define_blur();
};

} // namespace haliclr::dsl
