// Random resized crop. By area: torchvision's RandomResizedCrop, ten attempts with uniform area and
// log-uniform aspect ratio, then the largest centred crop within the ratios. By height:
// TensorFlow's sample_distorted_bounding_box, a hundred attempts with uniform ratio and uniform
// height, then the whole image; SimCLR asks it to cover at least a tenth of the image.
#include "dsl/views/operators.h"

#include "dsl/philox.h"

namespace haliclr::dsl {

using Halide::cast;
using Halide::clamp;
using Halide::Expr;
using Halide::floor;
using Halide::Func;
using Halide::max;
using Halide::min;
using Halide::RDom;
using Halide::round;
using Halide::select;
using Halide::strict_float;
using Halide::Tuple;

namespace {

constexpr RandomWord x_word{0, 0}, y_word{0, 1}, taken_word{0, 2};
constexpr int first_attempt_block = 4;
constexpr int first_height_block = 32, quick_attempts = 4, attempts_by_height = 100;
constexpr float least_covered = 0.1f;
// Where the step's numbers lie.
constexpr int area_low = 1, area_high = 2, ratio_low = 3, ratio_high = 4;

struct Box {
    Expr x, y, width, height;
};

// The sides of the source, which are 1 where crops are drawn in shares.
Expr source_width(const StepDraws &draws) {
    return draws.reads_image ? cast<float>(draws.width) : Expr(1.0f);
}

Expr source_height(const StepDraws &draws) {
    return draws.reads_image ? cast<float>(draws.height) : Expr(1.0f);
}

// The largest centred crop whose aspect ratio is within the bounds: its sides.
Tuple largest_centred(const StepDraws &draws) {
    const Expr width = source_width(draws), height = source_height(draws);
    const Expr ratio = width / height;
    const auto side = [&](const Expr &value, const Expr &most) {
        const Expr whole = draws.reads_image ? max(round(strict_float(value)), 1.0f) : value;
        return min(whole, most);
    };
    return Tuple(select(ratio > draws.number(ratio_high),
                        side(height * draws.number(ratio_high), width), width),
                 select(ratio < draws.number(ratio_low),
                        side(width / draws.number(ratio_low), height), height));
}

// (row): width and height of the first attempt by area that lies within the source.
Func attempts_of_area(const StepDraws &draws) {
    const Expr width = source_width(draws), height = source_height(draws);
    return first_by_area(
        draws, "crop", first_attempt_block, width * height,
        [&](const Expr &wide, const Expr &tall) {
            const Expr w = draws.reads_image ? round(wide) : wide;
            const Expr h = draws.reads_image ? round(tall) : tall;
            return Attempt{w, h, w > 0.0f && w <= width && h > 0.0f && h <= height};
        });
}

Box box_by_area(const StepDraws &draws) {
    const Func sides = attempts_of_area(draws);
    const Tuple tried = sides(draws.plan.row), centred = largest_centred(draws);
    const Expr found = tried[0] > 0.0f;
    const Expr width = select(found, tried[0], centred[0]);
    const Expr height = select(found, tried[1], centred[1]);
    const auto origin = [&](RandomWord which, const Expr &whole, const Expr &part) {
        if (!draws.reads_image) { // the share of the free space
            return select(found, strict_float(unit_uniform(draws.word(which))), 0.5f);
        }
        const Expr free = cast<int>(whole) - cast<int>(part);
        return cast<float>(select(found, uniform_below(draws.word(which), free + 1), free / 2));
    };
    return {origin(x_word, source_width(draws), width),
            origin(y_word, source_height(draws), height), width, height};
}

// One attempt by height, in pixels: x, y, width, height, or a width of 0.
std::vector<Expr> attempt_by_height(const StepDraws &draws, const std::vector<Expr> &words,
                                    const Expr &width, const Expr &height) {
    const auto whole = [](const Expr &value) { return cast<int>(round(strict_float(value))); };
    const Expr pixels = cast<float>(width) * cast<float>(height);
    const Expr least = draws.number(area_low) * pixels, most = draws.number(area_high) * pixels;
    const Expr ratio =
        strict_float(uniform_between(words[0], draws.number(ratio_low), draws.number(ratio_high)));
    const auto width_of = [&](const Expr &tall) { return whole(cast<float>(tall) * ratio); };
    Expr highest = whole(sqrt(most / ratio));
    const Expr fitting =
        cast<int>(floor(strict_float((cast<float>(width) + 0.5f - 1e-7f) / ratio)));
    const Expr lower = fitting - cast<int>(width_of(fitting) > width);
    highest = min(select(width_of(highest) > width, lower, highest), height);
    const Expr lowest = min(whole(sqrt(least / ratio)), highest);
    Expr tall = lowest + uniform_below(words[1], highest - lowest + 1);
    // One pixel more or less where rounding left the bounds.
    const auto area = [&](const Expr &h) { return cast<float>(width_of(h) * h); };
    tall = select(area(tall) < least, tall + 1, tall);
    tall = select(area(tall) > most, tall - 1, tall);
    const Expr wide = width_of(tall);
    const Expr fits = area(tall) >= least && area(tall) <= most && wide <= width &&
                      tall <= height && wide > 0 && tall > 0 &&
                      area(tall) >= least_covered * pixels;
    const Expr x = uniform_below(words[2], max(width - wide, 1));
    const Expr y = uniform_below(words[3], max(height - tall, 1));
    return {select(fits, wide, 0), tall, x, y};
}

Box box_by_height(const StepDraws &draws) {
    // Shares are drawn on a grid of this many steps a side.
    constexpr int grid = 4096;
    const Expr width = draws.reads_image ? draws.width : Expr(grid);
    const Expr height = draws.reads_image ? draws.height : Expr(grid);
    Draws &plan = draws.plan;
    Attempts made{Func("crop"), RDom(0, quick_attempts, "attempt"), Func("quick_crop"),
                  RDom(quick_attempts, attempts_by_height - quick_attempts, "later"), true};
    const auto add_attempts = [&](Func &found, const Expr &attempt) {
        const Tuple before = found(plan.row);
        const auto tried =
            attempt_by_height(draws, draws.block(first_height_block, attempt), width, height);
        std::vector<Expr> values;
        for (int i = 0; i < 4; i++) {
            values.push_back(select(before[0] == 0, tried[i], before[i]));
        }
        found(plan.row) = Tuple(values);
    };
    made.first_found(plan.row) = Tuple(0, 0, 0, 0);
    add_attempts(made.first_found, made.attempt);
    made.found(plan.row) = made.first_found(plan.row);
    made.later.where(made.first_found(plan.row)[0] == 0);
    add_attempts(made.found, made.later);
    plan.attempts.push_back(made);

    const Tuple crop = made.found(plan.row);
    const Expr found = crop[0] > 0;
    const Expr wide = select(found, crop[0], width), tall = select(found, crop[1], height);
    const Expr x = select(found, crop[2], 0), y = select(found, crop[3], 0);
    if (draws.reads_image) {
        return {cast<float>(x), cast<float>(y), cast<float>(wide), cast<float>(tall)};
    }
    const float step = 1.0f / grid;
    return {cast<float>(x) / cast<float>(max(width - wide, 1)),
            cast<float>(y) / cast<float>(max(height - tall, 1)), cast<float>(wide) * step,
            cast<float>(tall) * step};
}

} // namespace

Columns draw_crop(const StepDraws &draws) {
    const Box box = draws.step.uses("by_height") ? box_by_height(draws) : box_by_area(draws);
    const Expr taken = draws.taken(taken_word);
    return {select(taken, box.x, 0.0f), select(taken, box.y, 0.0f),
            select(taken, box.width, source_width(draws)),
            select(taken, box.height, source_height(draws))};
}

void apply_crop(Canvas &canvas, const SequenceStep &step, const Expr &flip) {
    SourceBox box{canvas.draw(step, 0), canvas.draw(step, 1), canvas.draw(step, 2),
                  canvas.draw(step, 3)};
    if (!canvas.is_empty()) { // shares of the image and of the free space
        const Expr side = cast<float>(canvas.side());
        box.width = clamp(round(box.width * side), 1.0f, side);
        box.height = clamp(round(box.height * side), 1.0f, side);
        box.x = clamp(floor(box.x * (side - box.width + 1.0f)), 0.0f, side - box.width);
        box.y = clamp(floor(box.y * (side - box.height + 1.0f)), 0.0f, side - box.height);
    }
    canvas.resample(box, canvas.view_side(), resampling_words(step), flip);
}

} // namespace haliclr::dsl
