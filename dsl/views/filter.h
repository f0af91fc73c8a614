// Filters of resampling along one axis, for a rectangle of the source that becomes `size` pixels.
#pragma once

#include "dsl/views/canvas.h"

namespace haliclr::dsl {

// The rectangle along one axis.
struct Axis {
    Halide::Expr origin, extent; // in source pixels
    Halide::Expr first, count;   // whole pixels that may be read: the window
    Halide::Expr size;           // pixels of the result
};

// Whatever the draws say, the rectangle lies within the source of `limit` pixels.
Axis axis_of(const Halide::Expr &drawn_origin, const Halide::Expr &drawn_extent,
             const Halide::Expr &limit, const Halide::Expr &size, bool reads_beyond);

bool is_cubic(const ResamplingWords &words);

// More taps than any filter has.
inline constexpr int most_taps = 1 << 19;

// How many pixels the filter may touch.
Halide::Expr taps_of(const Axis &axis, const ResamplingWords &words);

// Whether a tap outside the window stands for its border pixel; else it is left out.
bool repeats_border(const ResamplingWords &words);

// The centre of an output pixel, in pixels of the window. Strict, as are sums with it: the pixel
// below it and the distance from that pixel must come from the same number.
Halide::Expr centre_of(const Halide::Expr &index, const Axis &axis);

// The first pixel that the filter of an output pixel may touch, and the one after the last.
Halide::Expr first_tap(const Halide::Expr &index, const Axis &axis, const ResamplingWords &words);
Halide::Expr end_of_taps(const Halide::Expr &index, const Axis &axis, const ResamplingWords &words);

// How far a pixel of the window is from the centre of an output pixel's filter, in units of the
// filter's scale, and from one pixel to the next. It depends on the pixel alone, not on where the
// taps begin: the same floor may round differently in two places of a GPU's code.
Halide::Expr tap_distance(const Halide::Expr &position, const Halide::Expr &index, const Axis &axis,
                          const ResamplingWords &words);
Halide::Expr tap_step(const Axis &axis, const ResamplingWords &words);

// The weight at such a distance.
Halide::Expr tap_weight(const Halide::Expr &distance, const ResamplingWords &words);

} // namespace haliclr::dsl
