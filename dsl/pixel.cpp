// Formulas of the pixel vocabulary.
#include "dsl/pixel.h"

#include <utility>

namespace haliclr::dsl {

using Halide::abs;
using Halide::clamp;
using Halide::Expr;
using Halide::floor;
using Halide::max;
using Halide::min;
using Halide::select;

Rgb::Rgb(Expr red, Expr green, Expr blue)
    : red(std::move(red)), green(std::move(green)), blue(std::move(blue)) {}

Rgb::Rgb(const Halide::Tuple &values) : red(values[0]), green(values[1]), blue(values[2]) {}

Rgb::Rgb(const Expr &grey) : red(grey), green(grey), blue(grey) {}

Expr clamp_unit(const Expr &value) {
    return clamp(value, 0.0f, 1.0f);
}

Expr luma(const Rgb &colour) {
    return 0.2989f * colour.red + 0.587f * colour.green + 0.114f * colour.blue;
}

Rgb blend(const Rgb &colour, const Rgb &other, const Expr &factor) {
    const auto mix = [&](const Expr &one, const Expr &two) {
        return clamp_unit(factor * one + (1.0f - factor) * two);
    };
    return {mix(colour.red, other.red), mix(colour.green, other.green),
            mix(colour.blue, other.blue)};
}

namespace {

// Sixths of a turn, from -1 to 5: red at 0, green at 2, blue at 4. Grey is red.
struct Hue {
    Expr sixths, largest, chroma;
};

Hue hue_of(const Rgb &colour) {
    const auto &[red, green, blue] = colour;
    const Expr largest = max(red, max(green, blue));
    const Expr chroma = largest - min(red, min(green, blue));
    const Expr per_chroma = 1.0f / max(chroma, 1e-30f); // grey: 0 times as much
    return {select(largest == red, (green - blue) * per_chroma, largest == green,
                   2.0f + (blue - red) * per_chroma, 4.0f + (red - green) * per_chroma),
            largest, chroma};
}

// Each channel is the largest less a trapezoid of the hue, whose sixths may be of any turn.
Rgb of_sixths(const Expr &sixths, const Expr &largest, const Expr &chroma) {
    const Expr within = sixths - 6.0f * floor(sixths * (1.0f / 6));
    return {largest - chroma * clamp_unit(2.0f - abs(within - 3.0f)),
            largest - chroma * clamp_unit(abs(within - 2.0f) - 1.0f),
            largest - chroma * clamp_unit(abs(within - 4.0f) - 1.0f)};
}

} // namespace

Hsv rgb_to_hsv(const Rgb &colour) {
    const auto [sixths, largest, chroma] = hue_of(colour);
    const Expr turns = sixths * (1.0f / 6);
    return {turns - floor(turns), select(largest > 0.0f, chroma / largest, 0.0f), largest};
}

Rgb hsv_to_rgb(const Hsv &colour) {
    return of_sixths(6.0f * colour.hue, colour.value, colour.value * colour.saturation);
}

// Without the saturation, a quotient that would be multiplied by its divisor again.
Rgb turn_hue(const Rgb &colour, const Expr &turns) {
    const auto [sixths, largest, chroma] = hue_of(colour);
    return of_sixths(sixths + 6.0f * turns, largest, select(largest > 0.0f, chroma, 0.0f));
}

Rgb add(const Rgb &colour, const Expr &amount) {
    return {clamp_unit(colour.red + amount), clamp_unit(colour.green + amount),
            clamp_unit(colour.blue + amount)};
}

Rgb scale_saturation(const Rgb &colour, const Expr &factor) {
    Hsv scaled = rgb_to_hsv(colour);
    scaled.saturation = clamp_unit(scaled.saturation * factor);
    const Rgb result = hsv_to_rgb(scaled);
    return {clamp_unit(result.red), clamp_unit(result.green), clamp_unit(result.blue)};
}

Rgb solarize(const Rgb &colour, const Expr &threshold) {
    const auto invert = [&](const Expr &value) {
        return select(value >= threshold, 1.0f - value, value);
    };
    return {invert(colour.red), invert(colour.green), invert(colour.blue)};
}

Expr interpolate(const Expr &first, const Expr &second, const Expr &weight) {
    return first + weight * (second - first);
}

// Of min and max alone, of which Halide finds the bounds: one index reads one place.
Expr reflect(const Expr &index, const Expr &size) {
    const Expr folded = max(index, -index);
    return clamp(min(folded, 2 * size - 2 - folded), 0, size - 1);
}

} // namespace haliclr::dsl
