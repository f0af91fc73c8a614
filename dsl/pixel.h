// Vocabulary of pixel formulas, in which the image operators are written: float colours in [0, 1],
// conventions of torchvision's v2 transforms on float tensors.
#pragma once

#include <Halide.h>

namespace haliclr::dsl {

struct Rgb {
    Halide::Expr red, green, blue;

    Rgb(Halide::Expr red, Halide::Expr green, Halide::Expr blue);
    // From the values of a Func of three.
    explicit Rgb(const Halide::Tuple &values);
    // The same value in all three channels.
    explicit Rgb(const Halide::Expr &grey);

    Halide::Tuple tuple() const { return {red, green, blue}; }
};

// Hue in turns [0, 1), saturation and value in [0, 1].
struct Hsv {
    Halide::Expr hue, saturation, value;
};

Halide::Expr clamp_unit(const Halide::Expr &value);

// 0.2989 R + 0.587 G + 0.114 B.
Halide::Expr luma(const Rgb &colour);

// factor * colour + (1 - factor) * other, clamped to [0, 1]; a factor above 1 extrapolates.
Rgb blend(const Rgb &colour, const Rgb &other, const Halide::Expr &factor);

Hsv rgb_to_hsv(const Rgb &colour);
Rgb hsv_to_rgb(const Hsv &colour);

// Turns the hue by so many turns.
Rgb turn_hue(const Rgb &colour, const Halide::Expr &turns);

// Every channel plus so much, clamped to [0, 1].
Rgb add(const Rgb &colour, const Halide::Expr &amount);

// The saturation of HSV times a factor, clamped to [0, 1].
Rgb scale_saturation(const Rgb &colour, const Halide::Expr &factor);

// value >= threshold -> 1 - value, channel by channel.
Rgb solarize(const Rgb &colour, const Halide::Expr &threshold);

// first + weight * (second - first).
Halide::Expr interpolate(const Halide::Expr &first, const Halide::Expr &second,
                         const Halide::Expr &weight);

// A position just outside [0, size) mirrored at the border pixel, which is not repeated.
Halide::Expr reflect(const Halide::Expr &index, const Halide::Expr &size);

} // namespace haliclr::dsl
