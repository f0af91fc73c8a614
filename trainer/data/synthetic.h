// Generated images for tests and trials that need no files.
#pragma once

#include <cstdint>

#include "trainer/data/packed_images.h"

namespace haliclr::trainer {

inline constexpr int synthetic_side = 32;

// `count` images of 32 x 32 pixels: one shape on a plain background, at a random place, of a random
// size, with noise. The shape is the class (image i is of class i mod 10); its hue leans towards
// one of the class. Image i is a pure function of the split and i; the splits share no image.
PackedImages synthetic_images(int64_t count, Split split);

} // namespace haliclr::trainer
