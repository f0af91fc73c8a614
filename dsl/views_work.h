// The arithmetic that views need at least, whatever the schedule: the bound beside that of bytes.
// Free of Halide.
#pragma once

#include "dsl/view_sequence.h"

namespace haliclr::dsl {

// Additions, multiplications, comparisons and divisions of `views` views of side `size`, by their
// draws: float32 [views, columns of the sequence]. Only what a view takes is counted, and of a
// sequence that changes the size on its way, at its smallest:
//   crop      the first step's, of the images: the cheaper order of two passes of its filter, 2 a
//             tap and value; bilinear filters have 2 taps, cubic ones 4, antialiased ones so many
//             times the reduction
//   jitter    9 a pixel for brightness, 18 for contrast, 18 for saturation and 39 for hue
//   grey      5 a pixel
//   blur      two passes of 2r + 1 taps, 2 a tap and value
//   solarize  2 a value
// Other operators count as nothing.
double flop_of_views(const ViewSequence &sequence, const float *draws, int views, int size);

} // namespace haliclr::dsl
