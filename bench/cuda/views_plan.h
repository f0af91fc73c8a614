// What the draws of a view say, for all threads of its block alike.
#pragma once

#include "bench/cuda/baselines.h"
#include "bench/cuda/views_colour.h"
#include "dsl/view_sequence.h"

namespace haliclr::bench::cuda {

// One axis of the crop. Positions are those of its window, the whole pixels that it touches.
struct Axis {
    float origin, step; // of the crop, and of a pixel of the view
    int first, count;   // the window in the image
    float reach;        // of the filter: a triangle, which widens where the crop shrinks
};

HALICLR_HOST_DEVICE Axis axis_of(float origin, float extent, int limit, int size) {
    const int first = static_cast<int>(floorf(origin));
    const int end = static_cast<int>(fminf(ceilf(origin + extent), static_cast<float>(limit)));
    const float step = extent / static_cast<float>(size);
    return {origin - static_cast<float>(first), step, first, end - first, fmaxf(step, 1)};
}

// The pixels of the window that make one of the view.
struct Taps {
    int begin, end;
    float centre, per_reach;
};

HALICLR_HOST_DEVICE float weight_of(const Taps &taps, int tap) {
    const float distance = fabsf(static_cast<float>(tap) + 0.5f - taps.centre);
    return fmaxf(1 - distance * taps.per_reach, 0);
}

// What lies beyond the window is left out. index: 0 to size - 1.
HALICLR_HOST_DEVICE Taps taps_of(const Axis &axis, int index) {
    const float centre = (static_cast<float>(index) + 0.5f) * axis.step + axis.origin;
    const int begin = static_cast<int>(floorf(centre - axis.reach + 0.5f));
    const int end = static_cast<int>(floorf(centre + axis.reach + 0.5f));
    return {begin > 0 ? begin : 0, end < axis.count ? end : axis.count, centre, 1 / axis.reach};
}

HALICLR_HOST_DEVICE int blur_radius_of(int size) {
    return size < 40 ? 1 : size / 20;
}

struct ViewPlan {
    int view, size;
    Axis across, down;
    const uint8_t *window; // its first byte
    int row_bytes;
    bool flip, jitter, grey;
    unsigned order; // as jitter_order has it
    int contrast_slot;
    float brightness, contrast, saturation, hue, sigma, threshold;

    HALICLR_HOST_DEVICE bool blurs() const { return sigma > 0; }
};

HALICLR_HOST_DEVICE int slot_of(unsigned order, unsigned step) {
    int slot = 0;
    while (slot < 3 && (order >> 2 * slot & 3) != step) {
        ++slot;
    }
    return slot;
}

HALICLR_HOST_DEVICE ViewPlan plan_of(const HaliclrViews &problem, int view) {
    using dsl::DrawColumn;
    const int32_t *const image = problem.table + 3 * (view % problem.images);
    const float *const row = problem.draws + int64_t{view} * dsl::draw_column_count;
    const auto drawn = [row](DrawColumn column) { return row[static_cast<int>(column)]; };
    const int height = image[1], width = image[2];
    const Axis across =
        axis_of(drawn(DrawColumn::crop_x), drawn(DrawColumn::crop_width), width, problem.size);
    const Axis down =
        axis_of(drawn(DrawColumn::crop_y), drawn(DrawColumn::crop_height), height, problem.size);
    const unsigned order = jitter_order(static_cast<int>(drawn(DrawColumn::order)));
    return {view,
            problem.size,
            across,
            down,
            problem.bytes + image[0] + 3 * (int64_t{down.first} * width + across.first),
            3 * width,
            drawn(DrawColumn::flip) > 0.5f,
            drawn(DrawColumn::jitter) > 0.5f,
            drawn(DrawColumn::grey) > 0.5f,
            order,
            slot_of(order, 1),
            drawn(DrawColumn::brightness),
            drawn(DrawColumn::contrast),
            drawn(DrawColumn::saturation),
            drawn(DrawColumn::hue),
            drawn(DrawColumn::sigma),
            drawn(DrawColumn::threshold)};
}

// The operators of jitter in slots begin to end, contrast not among them.
HALICLR_HOST_DEVICE Colour jittered(const ViewPlan &plan, Colour colour, int begin, int end) {
    for (int slot = begin; slot < end; ++slot) {
        switch (plan.order >> 2 * slot & 3) {
        case 0:
            colour = blended(colour, plan.brightness, 0);
            break;
        case 2:
            colour = blended(colour, plan.saturation, luma(colour));
            break;
        default:
            colour = hue_turned(colour, plan.hue);
            break;
        }
    }
    return colour;
}

// Jitter up to contrast.
HALICLR_HOST_DEVICE Colour before_mean(const ViewPlan &plan, const Colour &colour) {
    return plan.jitter ? jittered(plan, colour, 0, plan.contrast_slot) : colour;
}

// The rest of jitter, and grey; mean: of the view's luma where it is jittered.
HALICLR_HOST_DEVICE Colour after_mean(const ViewPlan &plan, Colour colour, float mean) {
    if (plan.jitter) {
        colour = blended(colour, plan.contrast, mean);
        colour = jittered(plan, colour, plan.contrast_slot + 1, 4);
    }
    if (plan.grey) {
        const float grey = luma(colour);
        colour = {grey, grey, grey};
    }
    return colour;
}

} // namespace haliclr::bench::cuda
