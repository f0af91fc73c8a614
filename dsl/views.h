// The pixels of every view of a batch: the operators of a sequence in one pipeline, steered by the
// table of draws. Operators are in dsl/views/, one a file.
#pragma once

#include "dsl/low_precision.h"
#include "dsl/view_sequence.h"

#include <vector>

#include <Halide.h>

namespace haliclr::dsl {

// An update stage that is skipped for a view that does not take it: the stage with this index runs
// over `guard`, a domain of one point, or by its predicate, which depends on the view alone, none.
struct GuardedStage {
    int index;
    Halide::RDom guard;
};

// An image of every view, func(x, y, v) of three floats, each made from the one before. Stages
// work in place. Without a definition of its own it is all stages, of which each view takes one.
struct ViewImage {
    Halide::Func func;
    std::vector<GuardedStage> stages;
};

// A row of the source, or what is made of some of its rows: row(i, y, v), three interleaved
// channels of the columns that a view may read. Where rows are made, it is as long as the view's
// own columns are: in whole groups, or for short rows one by one.
struct SourceRow {
    static constexpr int group_values = 16; // values that are read together
    Halide::Func row{"source_row"};
    GuardedStage groups, few; // over positions
};

// The steps by which an image is resampled from the source images or from the image before.
// Sampling is separable and goes down the columns first, where the source is contiguous.
struct Resampling {
    // (v): first column, columns, first row, rows that may be read; taps across, taps down; 1 where
    // the image shrinks, else 0.
    Halide::Func window{"window"};
    Halide::Func columns{"columns"}; // (x, v): two positions in the window, weight of the second
    Halide::Func rows{"rows"};       // (y, v): the same down
    SourceRow blended;               // between two rows, for two-tap stages
    Halide::Func between{"between"}; // (ch, x, y, v): and between two columns
    bool has_two_taps = false;

    // Filters of any width: antialiased, or bicubic.
    bool has_filter = false;
    Halide::RDom taps_down, taps_across; // where rows are made
    Halide::RDom taps;                   // where values are read: .x down, .y across
    Halide::RDom sum_down, sum_across;
    Halide::Func across{"across"}, down{"down"};                 // (x, v), (y, v): the first tap
    Halide::Func across_sum{"across_sum"}, down_sum{"down_sum"}; // sums of the weights
    // Where values are read, (x, v) and (y, v): a Tuple of the first tap, how many there are, how
    // far the first is from the centre, and what the sum is scaled by; (v): the distance of two
    // taps.
    Halide::Func column_taps{"column_taps"}, row_taps{"row_taps"}, tap_steps{"tap_steps"};
    // Over taps_down, where rows are made: (lane, group, y, v) and, of short rows, (i, y, v).
    Halide::Func group_sums{"group_sums"}, few_sums{"few_sums"};
    SourceRow column_sums; // of group_sums and few_sums
    // (tap, x, v) and (tap, y, v): weights that sum to 1; one stage each where rows are made.
    Halide::Func shares_across{"shares_across"}, shares_down{"shares_down"};
    GuardedStage across_taps, down_taps;
    // (ch, x, y, v) over taps_across, or (x, y, v) over taps: a Tuple of the channels.
    Halide::Func filtered{"filtered"};
    int image = 0; // whose stages they are

    // Which of that image's stages filters.
    int filter_stage() const { return has_two_taps ? 1 : 0; }
};

// The mean luma, or the mean of each channel, of an image.
struct ImageMean {
    Halide::Func column_sum{"column_sum"};  // (x, v), over image_rows
    Halide::Func mean{"mean"};              // (v), one guarded stage over image_columns.x
    Halide::RDom image_rows, image_columns; // .x the columns, .y the guard
};

// A separable blur; blur_x is empty for a view that is not blurred.
struct Blur {
    // Where values are read, more taps than most_odd_taps, or an unknown number, are whole groups,
    // the first of which begins at a multiple of tap_alignment.
    static constexpr int tap_group = 8, tap_alignment = 4, most_odd_taps = 5;
    Halide::Func padded{"padded"};  // (x, y, v): the image with its borders across
    Halide::RDom inside, borders;   // where rows are made: padded's stages
    Halide::RDom taps, taps_across; // taps_across: in groups, .x within one, where values are read
    bool has_groups() const { return taps_across.dimensions() == 2; }
    Halide::Func bell{"bell"}, bell_sum{"bell_sum"}, tap_weight{"tap_weight"}; // (tap, v), (v)
    Halide::Func blur_x{"blur_x"}, blur_y{"blur_y"};                           // (x, y, v)
    Halide::Func bordered{"bordered"}; // (x, y, v): blur_x, at rows beyond the border too
    int image = 0, stage = 0;          // the stage that reads blur_y
};

// Per channel: pixels of each value, their running sum, and those below the largest value.
struct Histogram {
    Halide::Func counts{"counts"}, running{"running"}; // (bin, ch, v)
    Halide::Func below_largest{"below_largest"};       // (ch, v)
    Halide::RDom pixels, bins, all_bins;
};

enum class ViewLayout { channels_first, channels_last };

// Whether rows of the source are made once for all pixels of a row, or values where they are used.
enum class SourceReading { by_rows, by_values };

// The size of every image, where it is known when the kernel is compiled; 0 where the table tells.
struct SourceSize {
    int height = 0, width = 0;

    bool is_known() const { return height > 0; }
};

// views(x, y, c, v) of side `size`, or (c, x, y, v) with the channels last, stored as `precision`;
// view v is of image v % images.
//   bytes(i)  uint8, interleaved RGB rows, images at their table's offsets; at least 3
//
//   image_table(field, n)  int32: offset, height, width
//
//   draws(column, v)  float32, columns as the sequence has them
//
// With a known source size the table's is not looked at, and the bytes must hold an image of it.
// Positions are clamped to the image and to the bytes, whatever the draws; but none may be NaN: the
// compiler may take a comparison with NaN either way, once where a table is made and the other way
// where it is read.
struct Views {
    Halide::Var x{"x"}, y{"y"}, c{"c"}, v{"v"};
    Halide::Var ch{"ch"}, i{"i"}, lane{"lane"}, group{"group"}, tap{"tap"}, bin{"bin"};
    Halide::Expr images;

    Halide::Func source{"source"};        // (v): offset within the bytes, width, height, row bytes
    std::vector<Halide::Func> view_plans; // (v): which of its stages a jitter takes
    std::vector<ViewImage> image;         // in their order
    std::vector<Resampling> resamplings;
    std::vector<ImageMean> means;
    std::vector<Blur> blurs;
    std::vector<Histogram> histograms;
    Halide::Func views{"views"};
    // The image from which the first stage of `views` stores those that the last blur leaves alone,
    // which has no image for them; its update stores the others. Else -1.
    int unblurred = -1;
    GuardedStage blurred_stage;

    Views(const ViewSequence &sequence, Halide::Func bytes, Halide::Expr byte_count,
          Halide::Func image_table, Halide::Expr images, Halide::Func draws, Halide::Expr size,
          Precision precision = Precision::float32, ViewLayout layout = ViewLayout::channels_first,
          SourceReading reading = SourceReading::by_values, SourceSize source_size = {});
};

} // namespace haliclr::dsl
