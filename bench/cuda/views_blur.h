// Gaussian blur of a tile, whose border of `radius` pixels lies in shared memory with it. Channel
// by channel, across into a buffer, then down into registers. A thread makes a run of neighbouring
// pixels, so that each value and each weight that it reads serves all of them.
#pragma once

#include "bench/cuda/views_tile.h"

namespace haliclr::bench::cuda {

constexpr int most_view_size = 256;
constexpr int most_blur_radius = most_view_size / 20;
constexpr int across_run = 8;               // pixels of a thread's run across
constexpr int across_pitch = view_tile + 1; // odd, as below
constexpr int blur_weights = 32;            // zeros from the last tap on
static_assert(2 * most_blur_radius + across_run <= blur_weights);

// Shared memory. Pitches are odd: lanes in neighbouring rows meet no bank twice.
struct BlurTile {
    int radius, side, pitch;
    float *planes;  // [3, side, pitch]
    float *across;  // [side, across_pitch], of one channel
    float *weights; // [blur_weights]

    HALICLR_HOST_DEVICE BlurTile(float *shared, int radius)
        : radius(radius), side(view_tile + 2 * radius), pitch(side + 1), planes(shared),
          across(planes + 3 * side * pitch), weights(across + side * across_pitch) {}

    HALICLR_HOST_DEVICE int taps() const { return 2 * radius + 1; }

    // Of a pixel of the tile; -radius is the first of its border.
    HALICLR_HOST_DEVICE void store(int column, int row, const Colour &colour) const {
        HALICLR_UNROLL
        for (int channel = 0; channel < 3; ++channel) {
            planes[place(channel, column, row)] = colour.at[channel];
        }
    }

    HALICLR_HOST_DEVICE Colour load(int column, int row) const {
        return {planes[place(0, column, row)], planes[place(1, column, row)],
                planes[place(2, column, row)]};
    }

private:
    HALICLR_HOST_DEVICE int place(int channel, int column, int row) const {
        return (channel * side + row + radius) * pitch + column + radius;
    }
};

HALICLR_HOST_DEVICE constexpr int blur_floats(int radius) {
    const int side = view_tile + 2 * radius;
    return 3 * side * (side + 1) + side * across_pitch + blur_weights;
}

// Mirrored at the border pixel, which is not repeated.
HALICLR_HOST_DEVICE int reflected(int at, int size) {
    const int folded = at < 0 ? -at : at;
    const int mirrored = folded >= size ? 2 * size - 2 - folded : folded;
    return mirrored < 0 ? 0 : lesser(mirrored, size - 1);
}

// Calls visit(column, row) for the thread's share of the tile and its border.
template <typename Visit>
HALICLR_HOST_DEVICE void for_bordered(const BlurTile &tile, int thread, const Visit &visit) {
    for (int row = thread / view_tile; row < tile.side; row += view_warps) {
        for (int column = lane_of(thread); column < tile.side; column += view_tile) {
            visit(column - tile.radius, row - tile.radius);
        }
    }
}

// Bounded, so that a tiny sigma gives a weight of nearly 0 and no overflow.
HALICLR_HOST_DEVICE float bell(int distance, float sigma) {
    const float deviations = static_cast<float>(distance) / sigma;
    return expf(-fminf(0.5f * deviations * deviations, 80));
}

template <typename Block>
HALICLR_DEVICE void make_weights(Block &block, const BlurTile &tile, float sigma) {
    const auto weight = [&](int tap) {
        return tap < tile.taps() ? bell(tap - tile.radius, sigma) : 0;
    };
    const float sum = block.sum([&](int thread, ViewThread &) { return weight(thread); });
    block.each([&](int thread, ViewThread &) {
        if (thread < blur_weights) {
            tile.weights[thread] = weight(thread) / sum;
        }
    });
}

template <int count>
struct Run {
    float at[count];
};

// Filtered values of `count` neighbours; values: the first tap of the first one.
template <int count, int stride>
HALICLR_HOST_DEVICE Run<count> filtered_run(const float *values, const BlurTile &tile) {
    Run<count> sums{}, weights{}; // weights: of this value for each of the run
    const int steps = tile.taps() + count - 1;
#if defined(__CUDA_ARCH__)
#pragma unroll 8
#endif
    for (int step = 0; step < steps; ++step) {
        HALICLR_UNROLL
        for (int i = count - 1; i > 0; --i) {
            weights.at[i] = weights.at[i - 1];
        }
        weights.at[0] = tile.weights[step];
        const float value = values[step * stride];
        HALICLR_UNROLL
        for (int i = 0; i < count; ++i) {
            sums.at[i] += weights.at[i] * value;
        }
    }
    return sums;
}

HALICLR_HOST_DEVICE void blur_across(const BlurTile &tile, int channel, int thread) {
    for (int run = thread; run < tile.side * (view_tile / across_run); run += view_threads) {
        const int row = run % tile.side, column = run / tile.side * across_run;
        const float *const values = tile.planes + (channel * tile.side + row) * tile.pitch + column;
        const Run<across_run> result = filtered_run<across_run, 1>(values, tile);
        HALICLR_UNROLL
        for (int i = 0; i < across_run; ++i) {
            tile.across[row * across_pitch + column + i] = result.at[i];
        }
    }
}

HALICLR_HOST_DEVICE void blur_down(const BlurTile &tile, int channel, int thread, ViewThread &own) {
    const float *const values = tile.across + row_of(thread) * across_pitch + lane_of(thread);
    const auto result = filtered_run<thread_pixels, across_pitch>(values, tile);
    HALICLR_UNROLL
    for (int i = 0; i < thread_pixels; ++i) {
        own.pixels[i].at[channel] = result.at[i];
    }
}

// The threads' pixels from the planes, which are complete but for a barrier.
template <typename Block>
HALICLR_DEVICE void blur_tile(Block &block, const BlurTile &tile, float sigma) {
    make_weights(block, tile, sigma);
    block.barrier();
    HALICLR_UNROLL
    for (int channel = 0; channel < 3; ++channel) {
        block.each([&](int thread, ViewThread &) { blur_across(tile, channel, thread); });
        block.barrier();
        block.each([&](int thread, ViewThread &own) { blur_down(tile, channel, thread, own); });
        block.barrier();
    }
}

} // namespace haliclr::bench::cuda
