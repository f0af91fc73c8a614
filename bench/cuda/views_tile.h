// Tiles of views and their crop. A block of threads works on 32 x 32 pixels of a view. What it does
// is written for any Block, so that a test can be one on the CPU:
//   index()        of the block in the grid
//   plan(...)      plan_of(...), in memory that the threads share
//   each(step)     step(thread, own) in every thread, where own is the thread's ViewThread
//   barrier()      between each() that share memory
//   sum(value)     of value(thread, own) over the threads, for all of them, with barriers of its
//   own
#pragma once

#include "bench/cuda/views_plan.h"

namespace haliclr::bench::cuda {

constexpr int view_tile = 32;
constexpr int view_threads = 256;
constexpr int thread_pixels = view_tile * view_tile / view_threads; // one below another
constexpr int view_warps = view_threads / view_tile;

// The tile's first pixel in the view.
struct TilePlace {
    int x, y;
};

// Registers of a thread.
struct ViewThread {
    Colour pixels[thread_pixels];
    Taps column;
    float share;                  // of the column's taps: what their weights must be multiplied by
    float weights[thread_pixels]; // of the rows' taps, summed so far
};

HALICLR_HOST_DEVICE int lane_of(int thread) {
    return thread % view_tile;
}

HALICLR_HOST_DEVICE int row_of(int thread) {
    return thread / view_tile * thread_pixels;
}

HALICLR_HOST_DEVICE int lesser(int a, int b) {
    return a < b ? a : b;
}

// The window's rows, filtered across: a chunk of them at a time, (row, channel, column).
constexpr int chunk_rows = 32;
constexpr int chunk_floats = chunk_rows * 3 * view_tile;

// Pixels past the view's end repeat its last one; they are never stored.
HALICLR_HOST_DEVICE void start_crop(const ViewPlan &plan, const TilePlace &tile, int thread,
                                    ViewThread &own) {
    const int last = plan.size - 1, x = lesser(tile.x + lane_of(thread), last);
    own.column = taps_of(plan.across, plan.flip ? last - x : x);
    float sum = 0;
    for (int tap = own.column.begin; tap < own.column.end; ++tap) {
        sum += weight_of(own.column, tap);
    }
    own.share = 1 / (255 * sum);
    HALICLR_UNROLL
    for (int i = 0; i < thread_pixels; ++i) {
        own.pixels[i] = {};
        own.weights[i] = 0;
    }
}

// A warp a row of the window, a lane a column of the tile.
HALICLR_HOST_DEVICE void filter_across(float *chunk, const ViewPlan &plan, int first, int rows,
                                       int thread, const ViewThread &own) {
    for (int row = thread / view_tile; row < rows; row += view_warps) {
        const uint8_t *const bytes = plan.window + int64_t{first + row} * plan.row_bytes;
        Colour sum{};
        for (int tap = own.column.begin; tap < own.column.end; ++tap) {
            const float weight = weight_of(own.column, tap);
            HALICLR_UNROLL
            for (int channel = 0; channel < 3; ++channel) {
                sum.at[channel] += weight * static_cast<float>(bytes[3 * tap + channel]);
            }
        }
        HALICLR_UNROLL
        for (int channel = 0; channel < 3; ++channel) {
            chunk[(3 * row + channel) * view_tile + lane_of(thread)] = sum.at[channel] * own.share;
        }
    }
}

HALICLR_HOST_DEVICE void add_down(const float *chunk, const ViewPlan &plan, const TilePlace &tile,
                                  int first, int rows, int thread, ViewThread &own) {
    HALICLR_UNROLL
    for (int i = 0; i < thread_pixels; ++i) {
        const int row = lesser(tile.y + row_of(thread) + i, plan.size - 1);
        const Taps taps = taps_of(plan.down, row); // cheaper made anew than kept
        const int end = lesser(taps.end, first + rows);
        for (int tap = taps.begin > first ? taps.begin : first; tap < end; ++tap) {
            const float weight = weight_of(taps, tap);
            own.weights[i] += weight;
            HALICLR_UNROLL
            for (int channel = 0; channel < 3; ++channel) {
                own.pixels[i].at[channel] +=
                    weight * chunk[(3 * (tap - first) + channel) * view_tile + lane_of(thread)];
            }
        }
    }
}

// The thread's pixels replaced by change(pixel).
template <typename Change>
HALICLR_HOST_DEVICE void change_pixels(ViewThread &own, const Change &change) {
    HALICLR_UNROLL
    for (Colour &pixel : own.pixels) {
        pixel = change(pixel);
    }
}

// Calls use(pixel, x, y) for the thread's pixels that lie within the view.
template <typename Pixels, typename Use>
HALICLR_HOST_DEVICE void for_pixels(Pixels &pixels, int size, const TilePlace &tile, int thread,
                                    const Use &use) {
    const int x = tile.x + lane_of(thread);
    HALICLR_UNROLL
    for (int i = 0; i < thread_pixels; ++i) {
        const int y = tile.y + row_of(thread) + i;
        if (x < size && y < size) {
            use(pixels[i], x, y);
        }
    }
}

// The tile's pixels, cropped and flipped. chunk: chunk_floats of shared memory, free again at the
// end.
template <typename Block>
HALICLR_DEVICE void crop_tile(Block &block, const ViewPlan &plan, const TilePlace &tile,
                              float *chunk) {
    block.each([&](int thread, ViewThread &own) { start_crop(plan, tile, thread, own); });
    const int last_row = lesser(tile.y + view_tile, plan.size) - 1;
    const int end = taps_of(plan.down, last_row).end;
    for (int first = taps_of(plan.down, tile.y).begin; first < end; first += chunk_rows) {
        const int rows = lesser(chunk_rows, end - first);
        block.each([&](int thread, ViewThread &own) {
            filter_across(chunk, plan, first, rows, thread, own);
        });
        block.barrier();
        block.each([&](int thread, ViewThread &own) {
            add_down(chunk, plan, tile, first, rows, thread, own);
        });
        block.barrier();
    }
    block.each([&](int, ViewThread &own) {
        HALICLR_UNROLL
        for (int i = 0; i < thread_pixels; ++i) {
            const float share = 1 / own.weights[i];
            HALICLR_UNROLL
            for (float &value : own.pixels[i].at) {
                value *= share;
            }
        }
    });
}

} // namespace haliclr::bench::cuda
