// What a block does: a whole view of at most a tile's side, or one tile of a larger one. Larger
// ones take two launches, as contrast needs the mean of the whole view and blur its neighbours:
// tiles cropped and jittered up to contrast, and the rest.
#pragma once

#include "bench/cuda/views_blur.h"

namespace haliclr::bench::cuda {

// How the views lie in tiles, and where each launch finds them.
struct ViewGrid {
    int tiles_across, tiles; // of a view

    explicit HALICLR_HOST_DEVICE ViewGrid(int size)
        : tiles_across((size + view_tile - 1) / view_tile), tiles(tiles_across * tiles_across) {}

    HALICLR_HOST_DEVICE TilePlace place_of(int block) const {
        const int tile = block % tiles;
        return {tile % tiles_across * view_tile, tile / tiles_across * view_tile};
    }
};

// Of a view of images [views, 3, size, size].
struct ViewPlanes {
    float *first;
    int size;

    HALICLR_HOST_DEVICE ViewPlanes(float *images, const ViewPlan &plan)
        : first(images + int64_t{3} * plan.view * plan.size * plan.size), size(plan.size) {}

    HALICLR_HOST_DEVICE Colour load(int x, int y) const {
        const float *const at = first + y * size + x;
        return {at[0], at[size * size], at[2 * size * size]};
    }

    HALICLR_HOST_DEVICE void store(int x, int y, const Colour &colour) const {
        HALICLR_UNROLL
        for (int channel = 0; channel < 3; ++channel) {
            first[(channel * size + y) * size + x] = colour.at[channel];
        }
    }
};

// The luma of the tile's pixels that lie within the view.
template <typename Block>
HALICLR_DEVICE float sum_of_luma(Block &block, int size, const TilePlace &tile) {
    return block.sum([&](int thread, ViewThread &own) {
        float sum = 0;
        for_pixels(own.pixels, size, tile, thread,
                   [&](const Colour &pixel, int, int) { sum += luma(pixel); });
        return sum;
    });
}

// Solarizes where the view takes it.
template <typename Block>
HALICLR_DEVICE void store_tile(Block &block, const ViewPlan &plan, const TilePlace &tile,
                               const ViewPlanes &result) {
    block.each([&](int thread, ViewThread &own) {
        for_pixels(own.pixels, plan.size, tile, thread, [&](const Colour &pixel, int x, int y) {
            result.store(x, y, plan.threshold <= 1 ? solarized(pixel, plan.threshold) : pixel);
        });
    });
}

// Blurs the one tile of a view, whose pixels the threads hold.
template <typename Block>
HALICLR_DEVICE void blur_whole(Block &block, const ViewPlan &plan, float *shared) {
    const BlurTile blur(shared, blur_radius_of(plan.size));
    const int size = plan.size;
    block.each([&](int thread, ViewThread &own) {
        for_pixels(own.pixels, size, {0, 0}, thread,
                   [&](const Colour &pixel, int x, int y) { blur.store(x, y, pixel); });
    });
    block.barrier();
    block.each([&](int thread, ViewThread &) {
        for_bordered(blur, thread, [&](int x, int y) {
            if (x < 0 || y < 0 || x >= size || y >= size) {
                blur.store(x, y, blur.load(reflected(x, size), reflected(y, size)));
            }
        });
    });
    blur_tile(block, blur, plan.sigma);
}

// shared: the more of chunk_floats and blur_floats.
template <typename Block>
HALICLR_DEVICE void whole_view(Block &block, const HaliclrViews &problem, float *shared) {
    const ViewPlan &plan = block.plan(problem, block.index());
    const TilePlace tile{0, 0};
    crop_tile(block, plan, tile, shared);
    float mean = 0;
    if (plan.jitter) {
        block.each([&](int, ViewThread &own) {
            change_pixels(own, [&](const Colour &pixel) { return before_mean(plan, pixel); });
        });
        mean = sum_of_luma(block, plan.size, tile) / static_cast<float>(plan.size * plan.size);
    }
    block.each([&](int, ViewThread &own) {
        change_pixels(own, [&](const Colour &pixel) { return after_mean(plan, pixel, mean); });
    });
    if (plan.blurs()) {
        blur_whole(block, plan, shared);
    }
    store_tile(block, plan, tile, ViewPlanes(problem.result, plan));
}

// Device memory between the launches, carved out of the caller's workspace.
struct ViewMemory {
    float *images; // [views, 3, size, size]
    float *sums;   // [views, tiles] of luma

    HALICLR_HOST_DEVICE explicit ViewMemory(const HaliclrViews &problem)
        : images(problem.workspace),
          sums(images + int64_t{3} * problem.views * problem.size * problem.size) {}
};

// Whether a view's tiles are done before the others are known.
HALICLR_HOST_DEVICE bool is_pointwise(const ViewPlan &plan) {
    return !plan.jitter && !plan.blurs();
}

// shared: chunk_floats.
template <typename Block>
HALICLR_DEVICE void first_of_tile(Block &block, const HaliclrViews &problem, float *shared) {
    const ViewGrid grid(problem.size);
    const ViewPlan &plan = block.plan(problem, block.index() / grid.tiles);
    const TilePlace tile = grid.place_of(block.index());
    crop_tile(block, plan, tile, shared);
    if (is_pointwise(plan)) {
        block.each([&](int, ViewThread &own) {
            change_pixels(own, [&](const Colour &pixel) { return after_mean(plan, pixel, 0); });
        });
        store_tile(block, plan, tile, ViewPlanes(problem.result, plan));
        return;
    }
    const ViewMemory memory(problem);
    const ViewPlanes image(memory.images, plan);
    block.each([&](int thread, ViewThread &own) {
        change_pixels(own, [&](const Colour &pixel) { return before_mean(plan, pixel); });
        for_pixels(own.pixels, plan.size, tile, thread,
                   [&](const Colour &pixel, int x, int y) { image.store(x, y, pixel); });
    });
    if (plan.jitter) {
        const float sum = sum_of_luma(block, plan.size, tile);
        block.each([&](int thread, ViewThread &) {
            if (thread == 0) {
                memory.sums[block.index()] = sum;
            }
        });
    }
}

// shared: blur_floats. The border's pixels are made anew in each tile that they lie beside.
template <typename Block>
HALICLR_DEVICE void rest_of_tile(Block &block, const HaliclrViews &problem, float *shared) {
    const ViewGrid grid(problem.size);
    const int view = block.index() / grid.tiles;
    const ViewPlan &plan = block.plan(problem, view);
    if (is_pointwise(plan)) {
        return;
    }
    const TilePlace tile = grid.place_of(block.index());
    const ViewMemory memory(problem);
    const ViewPlanes image(memory.images, plan);
    float mean = 0;
    if (plan.jitter) {
        const float *const sums = memory.sums + int64_t{view} * grid.tiles;
        mean = block.sum(
            [&](int thread, ViewThread &) { return thread < grid.tiles ? sums[thread] : 0; });
        mean /= static_cast<float>(plan.size * plan.size);
    }
    if (plan.blurs()) {
        const BlurTile blur(shared, blur_radius_of(plan.size));
        block.each([&](int thread, ViewThread &) {
            for_bordered(blur, thread, [&](int column, int row) {
                const Colour pixel = image.load(reflected(tile.x + column, plan.size),
                                                reflected(tile.y + row, plan.size));
                blur.store(column, row, after_mean(plan, pixel, mean));
            });
        });
        blur_tile(block, blur, plan.sigma);
    } else {
        block.each([&](int thread, ViewThread &own) {
            for_pixels(own.pixels, plan.size, tile, thread, [&](Colour &pixel, int x, int y) {
                pixel = after_mean(plan, image.load(x, y), mean);
            });
        });
    }
    store_tile(block, plan, tile, ViewPlanes(problem.result, plan));
}

} // namespace haliclr::bench::cuda
