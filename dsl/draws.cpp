// The table of draws: one Philox block for every four numbers, each step's columns by its operator.
#include "dsl/draws.h"

#include "dsl/philox.h"
#include "dsl/views/operators.h"

#include <map>

namespace haliclr::dsl {

using Halide::cast;
using Halide::Expr;
using Halide::Func;
using Halide::Tuple;

namespace {

Columns columns_of(const StepDraws &draws) {
    using Draw = Columns (*)(const StepDraws &);
    static const std::map<std::string, Draw> operators = {
        {"crop", draw_crop},           {"flip", draw_flip},
        {"rotate", draw_rotate},       {"jitter", draw_jitter},
        {"grey", draw_grey},           {"blur", draw_blur},
        {"solarize", draw_solarize},   {"cutout", draw_cutout},
        {"noise", draw_noise},         {"sobel", draw_sobel},
        {"equalize", draw_equalize},   {"resize", draw_resize},
        {"normalize", draw_normalize}, {"centre_crop", draw_centre_crop}};
    return operators.at(draws.step.name)(draws);
}

} // namespace

Draws::Draws(const ViewSequence &sequence, Func image_table, Expr images, Func ids, Func strengths,
             Expr seed_low, Expr seed_high, Expr epoch)
    : columns(static_cast<int>(sequence.columns.size())) {
    const Expr image = row % images;
    const Expr view = row / images;
    const Expr id = cast<uint64_t>(ids(image));
    const std::vector<Expr> counter = {cast<uint32_t>(id), epoch,
                                       cast<uint32_t>(id >> 32) * cast<uint32_t>(2) +
                                           cast<uint32_t>(view)};
    const auto random = philox4x32({counter[0], counter[1], counter[2], cast<uint32_t>(block)},
                                   {seed_low, seed_high});
    words(block, row) = Tuple(random[0], random[1], random[2], random[3]);

    std::vector<Expr> values;
    for (size_t i = 0; i < sequence.steps.size(); i++) {
        const bool reads_image = i == 0 && sequence.reads_images_by_first_step;
        const StepDraws step(*this, sequence.steps[i], reads_image, strengths, min(view, 1),
                             image_table(2, image), image_table(1, image), seed_low, seed_high,
                             counter);
        const Columns own = columns_of(step);
        values.insert(values.end(), own.begin(), own.end());
    }
    draws(column, row) = mux(column, values);
}

} // namespace haliclr::dsl
