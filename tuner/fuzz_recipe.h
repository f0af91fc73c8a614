// Random recipes of the augmentation language.
#pragma once

#include "tuner/split_mix.h"

#include <string>

namespace haliclr::tuner {

// A recipe that some kernel can carry: one to five operators with random words, arguments and
// probabilities, under either convention, at times with a second view's own steps. Sides that it
// fixes are at most 48 pixels, and blurs are at most 4 pixels wide, to bound a case's time.
std::string random_recipe(SplitMix &random);

} // namespace haliclr::tuner
