// The arithmetic of the views' operators on one pixel.
#pragma once

#include "bench/cuda/host_device.h"

#include <cmath>

namespace haliclr::bench::cuda {

struct Colour {
    float at[3]; // red, green, blue
};

HALICLR_HOST_DEVICE float clamp_unit(float value) {
#if defined(__CUDA_ARCH__)
    return __saturatef(value);
#else
    return fminf(fmaxf(value, 0.0f), 1.0f);
#endif
}

// Within two units in the last place.
HALICLR_HOST_DEVICE float fast_quotient(float dividend, float divisor) {
#if defined(__CUDA_ARCH__)
    return __fdividef(dividend, divisor);
#else
    return dividend / divisor;
#endif
}

HALICLR_HOST_DEVICE float luma(const Colour &colour) {
    return 0.2989f * colour.at[0] + 0.587f * colour.at[1] + 0.114f * colour.at[2];
}

// factor * colour + (1 - factor) * grey, clamped.
HALICLR_HOST_DEVICE Colour blended(const Colour &colour, float factor, float grey) {
    Colour result{};
    HALICLR_UNROLL
    for (int channel = 0; channel < 3; ++channel) {
        result.at[channel] = clamp_unit(factor * colour.at[channel] + (1 - factor) * grey);
    }
    return result;
}

// In sixths of the circle, red 0, green 2, blue 4.
HALICLR_HOST_DEVICE float hue_of(const Colour &colour, float largest, float chroma) {
    const auto &[red, green, blue] = colour.at;
    const float per_chroma = fast_quotient(1, chroma == 0 ? 1 : chroma);
    if (largest == red) {
        return (green - blue) * per_chroma;
    }
    return largest == green ? 2 + (blue - red) * per_chroma : 4 + (red - green) * per_chroma;
}

// The hue turned in HSV, which keeps value and chroma: each channel is the value less a trapezoid
// of the hue.
HALICLR_HOST_DEVICE Colour hue_turned(const Colour &colour, float turns) {
    const auto &[red, green, blue] = colour.at;
    const float largest = fmaxf(red, fmaxf(green, blue));
    const float chroma = largest - fminf(red, fminf(green, blue));
    const float hue = hue_of(colour, largest, chroma) * (1.0f / 6) + turns;
    Colour result{};
    HALICLR_UNROLL
    for (int channel = 0; channel < 3; ++channel) {
        const float turned = hue + static_cast<float>(5 - 2 * channel) * (1.0f / 6);
        const float sixths = 6 * (turned - floorf(turned));
        result.at[channel] = largest - chroma * clamp_unit(fminf(sixths, 4 - sixths));
    }
    return result;
}

HALICLR_HOST_DEVICE Colour solarized(const Colour &colour, float threshold) {
    Colour result{};
    HALICLR_UNROLL
    for (int channel = 0; channel < 3; ++channel) {
        const float value = colour.at[channel];
        result.at[channel] = value >= threshold ? 1 - value : value;
    }
    return result;
}

// The permutation of this lexicographic rank of brightness 0, contrast 1, saturation 2, hue 3: two
// bits a slot, the first slot lowest.
HALICLR_HOST_DEVICE unsigned jitter_order(int rank) {
    const int digits[4] = {rank / 6, rank % 6 / 2, rank % 2, 0};
    unsigned left = 0b11'10'01'00, order = 0;
    HALICLR_UNROLL
    for (int slot = 0; slot < 4; ++slot) { // the digit picks from those that are left
        const int shift = 2 * digits[slot];
        order |= (left >> shift & 3) << 2 * slot;
        left = (left & ((1u << shift) - 1)) | left >> (shift + 2) << shift;
    }
    return order;
}

} // namespace haliclr::bench::cuda
