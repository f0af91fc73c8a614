// Formulas of the filters.
#include "dsl/views/filter.h"

namespace haliclr::dsl {

using Halide::cast;
using Halide::ceil;
using Halide::clamp;
using Halide::Expr;
using Halide::floor;
using Halide::max;
using Halide::round;
using Halide::select;
using Halide::strict_float;

namespace {

Expr filter_scale(const Axis &axis, const ResamplingWords &words) {
    const Expr scale = axis.extent / cast<float>(axis.size);
    return words.antialias ? max(scale, 1.0f) : Expr(1.0f);
}

// Half the width of the filter at scale 1.
int radius_of(const ResamplingWords &words) {
    return is_cubic(words) ? 2 : 1;
}

// TensorFlow reads the weights of its bicubic resize from a table of 1024 fractions.
Expr on_table(const Expr &centre) {
    const Expr position = centre - 0.5f, whole = floor(position);
    return strict_float(whole + round((position - whole) * 1024.0f) * (1.0f / 1024) + 0.5f);
}

Expr filter_centre(const Expr &index, const Axis &axis, const ResamplingWords &words) {
    const Expr exact = centre_of(index, axis);
    return words.catmull_rom && !words.antialias ? on_table(exact) : exact;
}

// How far from its centre a filter has weights.
Expr reach_of(const Axis &axis, const ResamplingWords &words) {
    return radius_of(words) * filter_scale(axis, words);
}

} // namespace

Axis axis_of(const Expr &drawn_origin, const Expr &drawn_extent, const Expr &limit,
             const Expr &size, bool reads_beyond) {
    const Expr origin = clamp(drawn_origin, 0.0f, cast<float>(limit));
    const Expr extent = clamp(drawn_extent, 1e-3f, cast<float>(limit));
    if (reads_beyond) {
        return {origin, extent, 0, limit, size};
    }
    const Expr first = clamp(cast<int>(floor(origin)), 0, limit - 1);
    const Expr end = clamp(cast<int>(ceil(origin + extent)), first + 1, limit);
    return {origin, extent, first, end - first, size};
}

bool is_cubic(const ResamplingWords &words) {
    return words.bicubic || words.catmull_rom;
}

bool repeats_border(const ResamplingWords &words) {
    return !words.antialias && !words.catmull_rom;
}

Expr taps_of(const Axis &axis, const ResamplingWords &words) {
    return clamp(cast<int>(ceil(2 * reach_of(axis, words))) + 1, 1, most_taps);
}

Expr centre_of(const Expr &index, const Axis &axis) {
    const Expr step = axis.extent / cast<float>(axis.size);
    return strict_float((cast<float>(index) + 0.5f) * step +
                        (axis.origin - cast<float>(axis.first)));
}

Expr first_tap(const Expr &index, const Axis &axis, const ResamplingWords &words) {
    return cast<int>(floor(filter_centre(index, axis, words) - reach_of(axis, words) + 0.5f));
}

Expr end_of_taps(const Expr &index, const Axis &axis, const ResamplingWords &words) {
    return cast<int>(ceil(filter_centre(index, axis, words) + reach_of(axis, words) - 0.5f));
}

Expr tap_step(const Axis &axis, const ResamplingWords &words) {
    return 1.0f / filter_scale(axis, words);
}

Expr tap_distance(const Expr &position, const Expr &index, const Axis &axis,
                  const ResamplingWords &words) {
    const Expr distance = cast<float>(position) + 0.5f - filter_centre(index, axis, words);
    return distance * tap_step(axis, words);
}

// Keys, "Cubic convolution interpolation for digital image processing", 1981.
Expr tap_weight(const Expr &distance, const ResamplingWords &words) {
    const Expr d = Halide::abs(distance);
    if (!is_cubic(words)) {
        return max(1.0f - d, 0.0f);
    }
    const float a = words.bicubic && !words.antialias ? -0.75f : -0.5f;
    const Expr near = ((a + 2) * d - (a + 3)) * d * d + 1.0f;
    const Expr far = a * (((d - 5.0f) * d + 8.0f) * d - 4.0f);
    return select(d < 1.0f, near, d < 2.0f, far, 0.0f);
}

} // namespace haliclr::dsl
