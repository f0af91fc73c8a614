// Where operators work: the latest image of the pipeline that is being built.
#pragma once

#include "dsl/pixel.h"
#include "dsl/views.h"

#include <functional>
#include <optional>
#include <string>

namespace haliclr::dsl {

// The rectangle of the source that becomes a square image, in source pixels; it may lie at
// fractions of pixels.
struct SourceBox {
    Halide::Expr x, y, width, height;
    bool reads_beyond = false; // filters reach over the rectangle's border
};

struct ResamplingWords {
    bool bicubic = false;     // cubic of a = -0.75 (-0.5 if antialiased), its result clamped
    bool catmull_rom = false; // cubic of a = -0.5 that leaves out what lies beyond the border
    bool antialias = true;    // the filter widens where the image shrinks
};
ResamplingWords resampling_words(const SequenceStep &step);

// The same number, of which Halide knows no bounds: it would clamp what it reads of a table to the
// bounds of the table's values wherever that is an index. For numbers that are in range.
Halide::Expr boundless(const Halide::Expr &number);
// The number, if it is one when the kernel is compiled.
std::optional<int64_t> known_value(const Halide::Expr &number);

// What a stage reads beside tables: pixels, or rows and sums that other Funcs make for it alone,
// which are left out where it is not taken.
enum class StageReads { pixels, sums };
// The domain of a stage that only the views take of which `taken` holds.
Halide::RDom guard_of(const Halide::Expr &taken, StageReads reads);
// A guard's variable is always 0: added to a value, this ties it to the guard and changes nothing.
Halide::Expr nothing_of(const Halide::RDom &guard);

class Canvas {
public:
    Canvas(Views &plan, Halide::Func bytes, Halide::Expr byte_count, Halide::Func image_table,
           Halide::Func draws, Halide::Expr view_side, SourceReading reading,
           SourceSize source_size);

    const Halide::Var &x, &y, &v;

    // The draw of a step's i-th column.
    Halide::Expr draw(const SequenceStep &step, int column = 0) const;

    bool is_empty() const { return latest < 0; } // no image yet: sources are bytes
    Halide::Expr source_width() const, source_height() const;
    // The same width from the table itself: Halide bounds a Func's values by all that it may hold.
    Halide::Expr source_width_for_bounds() const;
    const Halide::Expr &view_side() const { return wanted_side; }
    const Halide::Expr &side() const { return current_side; }

    // The colour of the latest image here, or at another pixel of it, in [0, 1].
    Rgb colour() const;
    Rgb colour_at(const Halide::Expr &column, const Halide::Expr &row) const;
    // Without the clamp that an image of overshooting cubic samples still needs.
    Rgb raw_colour() const;
    Rgb raw_colour_at(const Halide::Expr &column, const Halide::Expr &row) const;
    bool overshoots = false;

    // A new image with this definition; later stages work on it.
    void start(const std::string &name, const Rgb &definition);
    // A new image that is a copy; for operators that read their neighbours.
    void start_copy(const std::string &name);
    // A new image of this side that is all stages, of which each view takes one.
    void start_empty(const std::string &name, const Halide::Expr &side);
    // An in-place stage of the latest image, for the views that take it.
    int add_stage(const Halide::Expr &taken, const Rgb &values,
                  StageReads reads = StageReads::pixels);

    // A new image of this side, of which `when` says the views that are resampled. The horizontal
    // flip of the result is free.
    void resample(const SourceBox &box, const Halide::Expr &side, const ResamplingWords &words,
                  const Halide::Expr &flip = Halide::Expr(),
                  const Halide::Expr &when = Halide::Expr());
    // A channel of the source (the images, or the latest image) at a position within it.
    Halide::Expr source_value(const Halide::Expr &channel, const Halide::Expr &column,
                              const Halide::Expr &row) const;
    // The same for a place in a row whose channels are interleaved, from a column on.
    Halide::Expr source_row_value(const Halide::Expr &first_column, const Halide::Expr &place,
                                  const Halide::Expr &row) const;
    // What makes a source value a colour.
    float source_scale() const { return is_empty() ? 1.0f / 255 : 1.0f; }

    Views &plan;
    const SourceReading reading;
    // The last step's, applied as the views are stored.
    std::function<Rgb(const Rgb &)> at_the_end;
    // Of which views the stages are that are added, where not of all.
    Halide::Expr only;
    int latest = -1; // image of the plan

private:
    Halide::Func bytes;
    Halide::Expr byte_count;
    Halide::Func draws;
    Halide::Expr wanted_side, current_side, image_width;
    Halide::Expr bytes_width, bytes_height, row_bytes; // of the view's image: constants if known

    // The byte at a place in a row of the image, whose channels are interleaved.
    Halide::Expr byte_at(const Halide::Expr &row, const Halide::Expr &place) const;
};

} // namespace haliclr::dsl
