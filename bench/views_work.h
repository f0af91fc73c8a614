// The arithmetic that views need at least, whatever the schedule: the bound beside that of bytes.
#pragma once

#include <ATen/core/Tensor.h>

namespace haliclr::bench {

// Additions, multiplications, comparisons and divisions in float32 of all views of a table of
// draws, float32 [V, K] with the stock columns of docs/recipe.md, on the CPU; `size` is the side of
// a view. Only what a view takes is counted:
//   crop      the cheaper order of two passes of antialiased bilinear filters, 2 a tap and value
//   jitter    brightness 9, contrast 18, saturation 18 and hue 47 a pixel
//   grey      5 a pixel
//   blur      two passes of 2r + 1 taps, 2 a tap and value
//   solarize  2 a value
double flop_of_views(const at::Tensor &draws, int64_t size);

} // namespace haliclr::bench
