// The views of a table of draws from LibTorch's operators, all views at once: what a view does not
// take is computed too and left out by a mask, so that no step waits for the device.
#pragma once

#include <ATen/core/Tensor.h>

namespace haliclr::bench {

// Whether views_batched on this device calls cuDNN: its convolution for the blur, and its grid
// sampler for the crop of images that are no larger than the views. Larger ones need an
// antialiasing filter, which is two matrix products.
bool batched_views_use_cudnn(at::Device device);

// images: uint8 [N, 3, H, W]; draws: [V, K] with the columns of docs/recipe.md, V a multiple of N,
// crops of whole pixels, on the device of the images. Returns [V, 3, size, size] in [0, 1].
at::Tensor views_batched(const at::Tensor &images, const at::Tensor &draws, int64_t size);

} // namespace haliclr::bench
