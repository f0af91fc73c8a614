// Colour arithmetic of the LibTorch pipelines, of one image and of a batch: tensors [..., 3, H, W].
#pragma once

#include <ATen/ATen.h>

namespace haliclr::bench {

// The luma, [..., 1, H, W].
inline at::Tensor grey_of(const at::Tensor &image) {
    return 0.2989 * image.narrow(-3, 0, 1) + 0.587 * image.narrow(-3, 1, 1) +
           0.114 * image.narrow(-3, 2, 1);
}

// factor: a number, or a tensor with one for each image.
template <typename Factor>
at::Tensor blend(const at::Tensor &image, const at::Tensor &other, const Factor &factor) {
    return (factor * image + (1 - factor) * other).clamp(0, 1);
}

} // namespace haliclr::bench
