// The views pipeline: the steps of a sequence, one after another, on a canvas.
#include "dsl/views.h"

#include "dsl/views/operators.h"

#include <algorithm>
#include <map>
#include <utility>

namespace haliclr::dsl {

using Halide::cast;
using Halide::Expr;
using Halide::Func;
using Halide::RDom;

namespace {

constexpr int least_large_side = 64; // shared memory holds images of 43 pixels at most

using Apply = void (*)(Canvas &, const SequenceStep &);

struct OperatorInPlace {
    Apply apply;
    bool by_pixels = false; // from the pixel alone, so in the image that there is
};

// The operators that do not set the image's size.
const std::map<std::string, OperatorInPlace> &operators_in_place() {
    static const std::map<std::string, OperatorInPlace> operators = {
        {"flip", {apply_flip}},
        {"rotate", {apply_rotate}},
        {"jitter", {apply_jitter}},
        {"grey", {apply_grey, true}},
        {"blur", {apply_blur}},
        {"solarize", {apply_solarize, true}},
        {"cutout", {apply_cutout, true}},
        {"noise", {apply_noise, true}},
        {"sobel", {apply_sobel}},
        {"equalize", {apply_equalize}},
        {"centre_crop", {apply_centre_crop}}};
    return operators;
}

void squeeze_whole(Canvas &canvas) {
    canvas.resample(
        {0.0f, 0.0f, cast<float>(canvas.source_width()), cast<float>(canvas.source_height())},
        canvas.view_side(), {});
}

// Applies the step with this index and returns the next index: a flip after a crop is part of it.
size_t apply(Canvas &canvas, const ViewSequence &sequence, size_t index) {
    const SequenceStep &step = sequence.steps[index];
    const bool is_last = index + 1 == sequence.steps.size();
    if (step.name == "crop" || step.name == "resize") {
        const bool flips = !is_last && sequence.steps[index + 1].name == "flip";
        const Expr flip = flips ? canvas.draw(sequence.steps[index + 1]) : Expr();
        step.name == "crop" ? apply_crop(canvas, step, flip) : apply_resize(canvas, step, flip);
        return index + (flips ? 2 : 1);
    }
    if (step.name == "normalize") {
        apply_normalize(canvas, step, is_last);
    } else {
        operators_in_place().at(step.name).apply(canvas, step);
    }
    return index + 1;
}

// Whether the steps from `index` on need no image of their own.
bool rest_by_pixels(const ViewSequence &sequence, size_t index) {
    for (; index < sequence.steps.size(); index++) {
        const auto found = operators_in_place().find(sequence.steps[index].name);
        const bool last_normalize =
            sequence.steps[index].name == "normalize" && index + 1 == sequence.steps.size();
        if (!last_normalize && (found == operators_in_place().end() || !found->second.by_pixels)) {
            return false;
        }
    }
    return true;
}

// Whether an image is made from the pixels of the one before.
bool is_by_pixels(const Views &plan, int image) {
    const auto makes = [&](const auto &part) { return part.image == image; };
    return image >= 0 && std::ranges::none_of(plan.resamplings, makes) &&
           std::ranges::none_of(plan.blurs, makes);
}

// Whether an image of every view is too large for caches and shared memory. Where rows are made it
// is a few rows.
bool holds_large_images(const Canvas &canvas) {
    const auto side = known_value(canvas.side());
    return canvas.reading == SourceReading::by_values && !(side && *side < least_large_side);
}

// Whether the views that this blur leaves alone are to be stored without an image of their own.
bool can_blur_apart(const Canvas &canvas, const ViewSequence &sequence, size_t index) {
    return sequence.steps[index].name == "blur" && holds_large_images(canvas) &&
           is_by_pixels(canvas.plan, canvas.latest) && rest_by_pixels(sequence, index + 1);
}

void apply_from(Canvas &canvas, const ViewSequence &sequence, size_t index) {
    while (index < sequence.steps.size()) {
        index = apply(canvas, sequence, index);
    }
}

} // namespace

Views::Views(const ViewSequence &sequence, Func bytes, Expr byte_count, Func image_table,
             Expr images, Func draws, Expr size, Precision precision, ViewLayout layout,
             SourceReading reading, SourceSize source_size)
    : images(std::move(images)) {
    Canvas canvas(*this, std::move(bytes), std::move(byte_count), std::move(image_table),
                  std::move(draws), std::move(size), reading, source_size);
    if (!sequence.reads_images_by_first_step) {
        squeeze_whole(canvas);
    }
    const auto store = [&](const Canvas &canvas, const Expr &held, const Expr &nothing) {
        const Rgb colour = canvas.at_the_end ? canvas.at_the_end(canvas.colour()) : canvas.colour();
        const Expr all = narrowed(mux(c, colour.tuple().as_vector()) + nothing, precision);
        const Expr stored = held.defined() ? select(held, all, Halide::undef(all.type())) : all;
        if (layout == ViewLayout::channels_last) {
            views(c, x, y, v) = stored;
        } else {
            views(x, y, c, v) = stored;
        }
    };
    size_t index = 0;
    while (index < sequence.steps.size() && !can_blur_apart(canvas, sequence, index)) {
        index = apply(canvas, sequence, index);
    }
    if (index == sequence.steps.size()) {
        store(canvas, Expr(), 0.0f);
        return;
    }
    const SequenceStep &blur = sequence.steps[index];
    const Expr blurred = is_blurred(canvas, blur);
    Canvas others = canvas;
    others.only = !blurred;
    unblurred = others.latest;
    apply_from(others, sequence, index + 1);
    store(others, !blurred, 0.0f);
    apply_blur_apart(canvas, blur);
    apply_from(canvas, sequence, index + 1);
    const RDom guard = guard_of(blurred, StageReads::sums);
    blurred_stage = {0, guard};
    store(canvas, Expr(), nothing_of(guard));
}

} // namespace haliclr::dsl
