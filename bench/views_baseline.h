// The views of a table of draws from LibTorch's operators, image by image, by torchvision's
// conventions.
#pragma once

#include <ATen/core/Tensor.h>

namespace haliclr::bench {

// images: uint8 [N, 3, H, W]; draws: [2N, K] with the columns of docs/recipe.md, on the CPU.
// Returns [2N, 3, size, size] in [0, 1] on the device of the images.
at::Tensor views_per_image(const at::Tensor &images, const at::Tensor &draws, int64_t size);

} // namespace haliclr::bench
