// Random parameters of the views: one Philox block for every four numbers, and torchvision's crop.
#include "dsl/draws.h"

#include "dsl/philox.h"
#include "dsl/recipe.h"

namespace haliclr::dsl {

using Halide::cast;
using Halide::Expr;
using Halide::Func;
using Halide::select;
using Halide::strict_float;
using Halide::Tuple;

namespace {

constexpr int crop_attempts = 10;

// Which word of which block a number comes from. The words of the crop's attempts follow, two each.
struct Word {
    int block, index;
};
constexpr Word crop_x_word{0, 0}, crop_y_word{0, 1}, crop_word{0, 2}, flip_word{0, 3};
constexpr Word jitter_word{1, 0}, order_word{1, 1}, brightness_word{1, 2}, contrast_word{1, 3};
constexpr Word saturation_word{2, 0}, hue_word{2, 1}, grey_word{2, 2}, blur_word{2, 3};
constexpr Word sigma_word{3, 0}, solarize_word{3, 1};
constexpr int first_attempt_block = 4;

// exp for |x| <= 7 from additions and products only, so that strict_float makes it the same number
// on every machine: the series of exp(x / 8), raised to the eighth power.
Expr reproducible_exp(const Expr &x) {
    const Expr eighth = x * 0.125f;
    Expr series = 1.0f;
    for (int term = 9; term >= 1; term--) {
        series = 1.0f + series * eighth * (1.0f / static_cast<float>(term));
    }
    const Expr squared = series * series;
    const Expr fourth = squared * squared;
    return fourth * fourth;
}

struct Extent {
    Expr width, height;
};

// The largest centred crop whose aspect ratio is within the bounds.
Extent fallback_crop(const Expr &width, const Expr &height, const Expr &ratio_low,
                     const Expr &ratio_high) {
    const Expr ratio = cast<float>(width) / cast<float>(height);
    const Expr lower = cast<int>(round(strict_float(cast<float>(width) / ratio_low)));
    const Expr narrower = cast<int>(round(strict_float(cast<float>(height) * ratio_high)));
    return {select(ratio > ratio_high, min(max(narrower, 1), width), width),
            select(ratio < ratio_low, min(max(lower, 1), height), height)};
}

} // namespace

Draws::Draws(Func image_table, Expr images, Func ids, Func strengths, Expr seed_low, Expr seed_high,
             Expr epoch)
    : attempt(0, crop_attempts, "attempt") {
    const Expr image = row % images;
    const Expr view = cast<uint32_t>(row / images);
    const Expr id = cast<uint64_t>(ids(image));
    const auto random =
        philox4x32({cast<uint32_t>(id), epoch, cast<uint32_t>(id >> 32) * cast<uint32_t>(2) + view,
                    cast<uint32_t>(block)},
                   {seed_low, seed_high});
    words(block, row) = Tuple(random[0], random[1], random[2], random[3]);

    const auto strength = [&](Strength which) { return strengths(static_cast<int>(which)); };
    const auto strength_above = [&](Strength which) {
        return strengths(static_cast<int>(which) + 1);
    };
    const Expr height = image_table(1, image), width = image_table(2, image);

    // One attempt: both sides from an area and a ratio; accepted if it lies within the image.
    const Tuple pair = words(first_attempt_block + attempt / 2, row);
    const Expr even = attempt % 2 == 0;
    const Expr area = cast<float>(width) * cast<float>(height) *
                      uniform_between(select(even, pair[0], pair[2]), strength(Strength::area_low),
                                      strength(Strength::area_high));
    const Expr log_ratio =
        uniform_between(select(even, pair[1], pair[3]), strength(Strength::log_ratio_low),
                        strength(Strength::log_ratio_high));
    const auto side = [&](const Expr &signed_log_ratio) {
        return cast<int>(round(strict_float(sqrt(area * reproducible_exp(signed_log_ratio)))));
    };
    const Expr tried_width = side(log_ratio), tried_height = side(-log_ratio);
    crop(row) = Tuple(0, 0);
    const Expr accepted = crop(row)[0] == 0 && tried_width > 0 && tried_width <= width &&
                          tried_height > 0 && tried_height <= height;
    crop(row) = Tuple(select(accepted, tried_width, crop(row)[0]),
                      select(accepted, tried_height, crop(row)[1]));

    const auto word = [&](Word which) -> Expr { return words(which.block, row)[which.index]; };
    const auto between = [&](Word which, Strength low) {
        return strict_float(uniform_between(word(which), strength(low), strength_above(low)));
    };
    const auto taken = [&](Word which, Strength probability) {
        return happens(word(which), strength(probability));
    };
    const Extent fallback =
        fallback_crop(width, height, strength(Strength::ratio_low), strength(Strength::ratio_high));
    const Expr cropped = taken(crop_word, Strength::crop_probability);
    const Expr found = crop(row)[0] > 0;
    const Expr crop_width = select(!cropped, width, found, crop(row)[0], fallback.width);
    const Expr crop_height = select(!cropped, height, found, crop(row)[1], fallback.height);
    const auto origin = [&](Word which, const Expr &whole, const Expr &part) {
        return select(found, uniform_below(word(which), whole - part + 1), (whole - part) / 2);
    };
    const Expr jittered = taken(jitter_word, Strength::jitter_probability);

    // In the order of DrawColumn.
    draws(column, row) = mux(
        column, {cast<float>(origin(crop_x_word, width, crop_width)),
                 cast<float>(origin(crop_y_word, height, crop_height)), cast<float>(crop_width),
                 cast<float>(crop_height),
                 cast<float>(taken(flip_word, Strength::flip_probability)), cast<float>(jittered),
                 select(jittered, cast<float>(uniform_below(word(order_word), 24)), 0.0f),
                 select(jittered, between(brightness_word, Strength::brightness_low), 1.0f),
                 select(jittered, between(contrast_word, Strength::contrast_low), 1.0f),
                 select(jittered, between(saturation_word, Strength::saturation_low), 1.0f),
                 select(jittered, between(hue_word, Strength::hue_low), 0.0f),
                 cast<float>(taken(grey_word, Strength::grey_probability)),
                 select(taken(blur_word, Strength::blur_probability),
                        between(sigma_word, Strength::sigma_low), 0.0f),
                 select(taken(solarize_word, Strength::solarize_probability),
                        strength(Strength::threshold), 2.0f)});
}

} // namespace haliclr::dsl
