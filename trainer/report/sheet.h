// Contact sheets of views: each image beside the two views made of it.
#pragma once

#include <filesystem>

#include <ATen/core/Tensor.h>

namespace haliclr::trainer {

// Lays out groups of N images, each a row of original (if given), first and second view, in as many
// columns as make the sheet about square; small views are enlarged by a whole factor.
//   views:     float32 [2N, 3, s, s] in [0, 1], first all first views, then all second ones
//   originals: float32 [N, 3, s, s], or undefined
// Returns uint8 [height, width, 3].
at::Tensor view_sheet(const at::Tensor &views, const at::Tensor &originals = {});

// The same as a PNG file. Throws UsageError if it cannot be written.
void write_view_sheet(const std::filesystem::path &png, const at::Tensor &views,
                      const at::Tensor &originals = {});

} // namespace haliclr::trainer
