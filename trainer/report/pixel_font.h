// Letters of 5 x 7 pixels, for labels where no font is at hand.
#pragma once

#include <array>
#include <cstdint>

namespace haliclr::trainer {

// Rows from the top, the leftmost pixel in bit 4. Small letters, digits and . - + are known; a
// capital is drawn as its small letter, anything else as a blank.
std::array<uint8_t, 7> glyph(char letter);

} // namespace haliclr::trainer
