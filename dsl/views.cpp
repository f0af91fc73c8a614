// The views pipeline: the steps of a sequence, one after another, on a canvas.
#include "dsl/views.h"

#include "dsl/views/operators.h"

#include <map>
#include <utility>

namespace haliclr::dsl {

using Halide::cast;
using Halide::Expr;
using Halide::Func;

namespace {

using Apply = void (*)(Canvas &, const SequenceStep &);

// The operators that do not set the image's size.
const std::map<std::string, Apply> &operators_in_place() {
    static const std::map<std::string, Apply> operators = {{"flip", apply_flip},
                                                           {"rotate", apply_rotate},
                                                           {"jitter", apply_jitter},
                                                           {"grey", apply_grey},
                                                           {"blur", apply_blur},
                                                           {"solarize", apply_solarize},
                                                           {"cutout", apply_cutout},
                                                           {"noise", apply_noise},
                                                           {"sobel", apply_sobel},
                                                           {"equalize", apply_equalize},
                                                           {"centre_crop", apply_centre_crop}};
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
        operators_in_place().at(step.name)(canvas, step);
    }
    return index + 1;
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
    for (size_t index = 0; index < sequence.steps.size();) {
        index = apply(canvas, sequence, index);
    }
    const Rgb colour = canvas.at_the_end ? canvas.at_the_end(canvas.colour()) : canvas.colour();
    const Expr stored = narrowed(mux(c, colour.tuple().as_vector()), precision);
    if (layout == ViewLayout::channels_last) {
        views(c, x, y, v) = stored;
    } else {
        views(x, y, c, v) = stored;
    }
}

} // namespace haliclr::dsl
