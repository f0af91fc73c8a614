// The views pipeline. Operators that a view may skip are guarded update stages: Halide makes each
// guard a real branch, taken once a view, where a select would evaluate both sides for every pixel.
#include "dsl/views.h"

#include "dsl/pixel.h"
#include "dsl/recipe.h"

namespace haliclr::dsl {

using Halide::cast;
using Halide::Expr;
using Halide::Func;
using Halide::RDom;
using Halide::select;
using Halide::Tuple;

namespace {

// Operators of the jitter, numbered as the draw `order` ranks their permutations; 0 is brightness.
constexpr int contrast = 1, saturation = 2, hue = 3;
constexpr int jitter_slots = 4;

// The permutation of 0..3 with this lexicographic rank: its factorial digits pick from what is
// left.
std::vector<Expr> permutation(const Expr &rank) {
    const Expr first = rank / 6;
    const Expr second_digit = rank % 6 / 2;
    const Expr second = second_digit + cast<int>(second_digit >= first);
    const Expr smaller = min(first, second), larger = max(first, second);
    const Expr above_smaller = rank % 2 + cast<int>(rank % 2 >= smaller);
    const Expr third = above_smaller + cast<int>(above_smaller >= larger);
    return {first, second, third, 6 - first - second - third};
}

// A guard's variable is always 0: adding it ties the stage to the guard and changes nothing.
Tuple under(const Tuple &values, const Expr &guard) {
    return {values[0] + guard, values[1] + guard, values[2] + guard};
}

} // namespace

Views::Views(Func bytes, Expr byte_count, Func image_table, Expr images, Func draws, Expr size)
    : draws(std::move(draws)), size(std::move(size)) {
    define_sampling(std::move(bytes), std::move(byte_count), std::move(image_table),
                    std::move(images));
    define_slots();
    add_jitter_stages(before_contrast, true, before_stages);
    define_contrast();
    add_jitter_stages(after_contrast, false, after_stages);
    const Rgb colour{Tuple(after_contrast(x, y, v))};
    after_stages.push_back(add_stage(after_contrast,
                                     draw(static_cast<int>(DrawColumn::grey)) > 0.5f,
                                     Rgb(luma(colour)).tuple()));
    define_blur();
    views(x, y, c, v) = mux(c, Tuple(finished(x, y, v)).as_vector());
}

Expr Views::draw(int column) const {
    return draws(column, v);
}

GuardedStage Views::add_stage(Func func, const Expr &taken, const Tuple &values) const {
    RDom guard(0, 1, "guard");
    guard.where(taken);
    const int index = func.num_update_definitions();
    func(x, y, v) = under(values, cast<float>(guard));
    return {index, guard};
}

void Views::define_sampling(Func bytes, Expr byte_count, Func image_table, Expr images) {
    const auto value = [&](DrawColumn column) { return draw(static_cast<int>(column)); };
    const Expr offset = image_table(0, v % images);
    const Expr height = image_table(1, v % images), width = image_table(2, v % images);
    const Expr flipped = select(value(DrawColumn::flip) > 0.5f, size - 1 - x, x);
    const BilinearTaps across = bilinear_taps(flipped, size, value(DrawColumn::crop_x),
                                              value(DrawColumn::crop_width), width);
    const BilinearTaps down =
        bilinear_taps(y, size, value(DrawColumn::crop_y), value(DrawColumn::crop_height), height);
    columns(x, v) = Tuple(3 * across.first, 3 * across.second, across.weight);
    rows(y, v) =
        Tuple(offset + 3 * width * down.first, offset + 3 * width * down.second, down.weight);

    const Tuple column = columns(x, v), row = rows(y, v);
    const auto channel = [&](int index) {
        const auto byte = [&](const Expr &row_offset, const Expr &column_offset) {
            return cast<float>(bytes(clamp(row_offset + column_offset + index, 0, byte_count - 1)));
        };
        const Expr upper = interpolate(byte(row[0], column[0]), byte(row[0], column[1]), column[2]);
        const Expr lower = interpolate(byte(row[1], column[0]), byte(row[1], column[1]), column[2]);
        return interpolate(upper, lower, row[2]) * (1.0f / 255);
    };
    before_contrast(x, y, v) = Tuple(channel(0), channel(1), channel(2));
}

void Views::define_slots() {
    const Expr rank = clamp(cast<int>(draw(static_cast<int>(DrawColumn::order))), 0, 23);
    slot_operator(slot, v) = mux(slot, permutation(rank));
    contrast_slot(v) = select(slot_operator(0, v) == contrast, 0, slot_operator(1, v) == contrast,
                              1, slot_operator(2, v) == contrast, 2, 3);
}

void Views::add_jitter_stages(Func func, bool before, std::vector<GuardedStage> &stages) const {
    const auto value = [&](DrawColumn column) { return draw(static_cast<int>(column)); };
    const Expr jittered = value(DrawColumn::jitter) > 0.5f;
    const Rgb colour{Tuple(func(x, y, v))};
    // Contrast holds one slot: three are left before it at most, and three after it.
    for (int index = before ? 0 : 1; index < (before ? jitter_slots - 1 : jitter_slots); index++) {
        const Expr here = before ? index < contrast_slot(v) : index > contrast_slot(v);
        const Expr which = slot_operator(index, v);
        // Brightness and saturation are the same blend: with black, and with grey.
        const Expr saturating = which == saturation;
        const Rgb other{select(saturating, luma(colour), 0.0f)};
        const Expr factor =
            select(saturating, value(DrawColumn::saturation), value(DrawColumn::brightness));
        stages.push_back(add_stage(func, jittered && here && which != hue && which != contrast,
                                   blend(colour, other, factor).tuple()));
        stages.push_back(add_stage(func, jittered && here && which == hue,
                                   turn_hue(colour, value(DrawColumn::hue)).tuple()));
    }
}

void Views::define_contrast() {
    const Expr jittered = draw(static_cast<int>(DrawColumn::jitter)) > 0.5f;
    image_rows = RDom(0, size, "image_rows");
    column_luma(x, v) = 0.0f;
    column_luma(x, v) += luma(Rgb(Tuple(before_contrast(x, image_rows, v))));
    image_columns = RDom(0, size, 0, 1, "image_columns");
    image_columns.where(jittered);
    mean_luma(v) = 0.0f;
    mean_luma(v) +=
        column_luma(image_columns.x, v) / cast<float>(size * size) + cast<float>(image_columns.y);
    // Without jitter the factor is 1 and the mean 0: the colour itself.
    const Expr factor = select(jittered, draw(static_cast<int>(DrawColumn::contrast)), 1.0f);
    const Rgb colour{Tuple(before_contrast(x, y, v))};
    after_contrast(x, y, v) = blend(colour, Rgb(Expr(mean_luma(v))), factor).tuple();
}

void Views::define_blur() {
    const Expr sigma = draw(static_cast<int>(DrawColumn::sigma));
    const Expr radius = max(1, size / 20);
    taps = RDom(-radius, 2 * radius + 1, "taps");
    taps_across = RDom(-radius, 2 * radius + 1, "taps_across");
    taps_across.where(sigma > 0.0f);
    const Expr deviations = cast<float>(tap) / sigma;
    // Bounded, so that a tiny sigma gives a weight of nearly 0 and no overflow.
    bell(tap, v) = exp(-min(0.5f * deviations * deviations, 80.0f));
    bell_sum(v) = 0.0f;
    bell_sum(v) += bell(taps, v);
    tap_weight(tap, v) = bell(tap, v) / bell_sum(v);

    const Rgb across{Tuple(after_contrast(reflect(x + taps_across, size), y, v))};
    const auto weigh = [&](const Rgb &colour, const Expr &weight) {
        return Tuple(weight * colour.red, weight * colour.green, weight * colour.blue);
    };
    blur_x(x, y, v) = Tuple(0.0f, 0.0f, 0.0f);
    blur_x(x, y, v) += weigh(across, tap_weight(taps_across, v));
    const Rgb down{Tuple(blur_x(x, reflect(y + taps, size), v))};
    blur_y(x, y, v) = Tuple(0.0f, 0.0f, 0.0f);
    blur_y(x, y, v) += weigh(down, tap_weight(taps, v));

    finished(x, y, v) = after_contrast(x, y, v);
    blur_stage = add_stage(finished, sigma > 0.0f, blur_y(x, y, v));
    const Expr threshold = draw(static_cast<int>(DrawColumn::threshold));
    solarize_stage = add_stage(finished, threshold <= 1.0f,
                               solarize(Rgb(Tuple(finished(x, y, v))), threshold).tuple());
}

} // namespace haliclr::dsl
