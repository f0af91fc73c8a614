// The arithmetic of NT-Xent over tiles of similarities, as one thread of a block does it. A block
// holds `tile` rows and walks over the columns, `tile` at a time; both are kept transposed, (k,
// row) at `pitch`, so that four neighbouring rows are one access. Logarithms are of base two.
#pragma once

#include "bench/cuda/host_device.h"

#include <cmath>

namespace haliclr::bench::cuda {

constexpr int columns = 128; // D, the width of an embedding
constexpr int tile = 64;
constexpr int pitch = tile + 4; // spreads the columns over the banks of shared memory
constexpr int threads = 128;
constexpr int across = 16;                             // threads side by side
constexpr int thread_rows = tile / (threads / across); // 8
constexpr int thread_columns = tile / across;          // 4
constexpr int thread_features = columns / across;      // 8, of the gradient
constexpr int operand_floats = columns * pitch;        // one transposed tile
constexpr int weight_floats = tile * pitch;            // the tile's weights, (row, column)

// Which part of a tile is the thread's: rows from `row`, columns from `column`.
struct Place {
    int lane, row, column;
};

HALICLR_HOST_DEVICE Place place_of(int thread) {
    const int lane = thread % across;
    return {lane, thread / across * thread_rows, lane * thread_columns};
}

// This thread's share of rows first .. first + tile of unit [rows, columns]; zeros past the end.
// Neighbouring threads take neighbouring rows: their stores meet no bank twice.
HALICLR_HOST_DEVICE void load_transposed(float *operand, const float *unit, int first, int rows,
                                         int thread) {
    for (int part = thread; part < tile * columns / 4; part += threads) {
        const int row = part % tile, k = part / tile * 4;
        const bool inside = first + row < rows;
        const Four values =
            inside ? load_four(unit + static_cast<long long>(first + row) * columns + k) : Four{};
        for (int i = 0; i < 4; ++i) {
            operand[(k + i) * pitch + row] = values.at[i];
        }
    }
}

struct Similarities {
    float at[thread_rows][thread_columns];
};

// The thread's part of rows times columns.
HALICLR_HOST_DEVICE Similarities similarities(const float *row_operand, const float *column_operand,
                                              const Place &place) {
    Similarities sum{};
#if defined(__CUDA_ARCH__)
#pragma unroll 8
#endif
    for (int k = 0; k < columns; ++k) {
        const Four low = load_four(row_operand + k * pitch + place.row);
        const Four high = load_four(row_operand + k * pitch + place.row + 4);
        const Four right = load_four(column_operand + k * pitch + place.column);
        for (int r = 0; r < thread_rows; ++r) {
            const float left = r < 4 ? low.at[r % 4] : high.at[r % 4];
            for (int c = 0; c < thread_columns; ++c) {
                sum.at[r][c] += left * right.at[c];
            }
        }
    }
    return sum;
}

// log2 of a sum of 2^x, of which no x overflows: the largest so far, and the sum relative to it.
struct LogSum {
    float largest = -1e30f, sum = 0;
};

HALICLR_HOST_DEVICE LogSum merged(const LogSum &a, const LogSum &b) {
    const float largest = fmaxf(a.largest, b.largest);
    return {largest, a.sum * exp2f(a.largest - largest) + b.sum * exp2f(b.largest - largest)};
}

HALICLR_HOST_DEVICE float log2_of(const LogSum &total) {
    return total.largest + log2f(total.sum);
}

// Where a tile lies in the matrix of rows x rows similarities; scale: log2(e) / temperature.
struct Tile {
    int first_row, first_column, rows;
    float scale;

    HALICLR_HOST_DEVICE bool counts(int row, int column) const {
        return row < rows && column < rows && row != column;
    }
};

// Adds the thread's similarities to the sums of its rows, rescaling each sum once a tile.
HALICLR_HOST_DEVICE void add_similarities(LogSum (&sums)[thread_rows], const Similarities &tile_of,
                                          const Tile &at, const Place &place) {
    for (int r = 0; r < thread_rows; ++r) {
        const int row = at.first_row + place.row + r, column = at.first_column + place.column;
        float largest = sums[r].largest;
        for (int c = 0; c < thread_columns; ++c) {
            if (at.counts(row, column + c)) {
                largest = fmaxf(largest, tile_of.at[r][c] * at.scale);
            }
        }
        float sum = sums[r].sum * exp2f(sums[r].largest - largest);
        for (int c = 0; c < thread_columns; ++c) {
            if (at.counts(row, column + c)) {
                sum += exp2f(tile_of.at[r][c] * at.scale - largest);
            }
        }
        sums[r] = {largest, sum};
    }
}

// What each column weighs in the gradient of a row, up to 1 / (rows * temperature): the softmax of
// the row and that of the column, less two for the positive. log_sums: [rows].
HALICLR_HOST_DEVICE void store_weights(float *weights, const Similarities &tile_of,
                                       const float *log_sums, const Tile &at, const Place &place) {
    const int half = at.rows / 2;
    for (int r = 0; r < thread_rows; ++r) {
        const int row = at.first_row + place.row + r;
        Four values{};
        for (int c = 0; c < thread_columns; ++c) {
            const int column = at.first_column + place.column + c;
            if (at.counts(row, column)) {
                const float logit = tile_of.at[r][c] * at.scale;
                const bool positive = row - column == half || column - row == half;
                values.at[c] = exp2f(logit - log_sums[row]) + exp2f(logit - log_sums[column]) -
                               (positive ? 2.0f : 0.0f);
            }
        }
        store_four(weights + (place.row + r) * pitch + place.column, values);
    }
}

// Of the thread's rows, features lane, lane + across, ...
struct Gradient {
    float at[thread_rows][thread_features];
};

// Adds weights times columns.
HALICLR_HOST_DEVICE void add_gradient(Gradient &gradient, const float *weights,
                                      const float *column_operand, const Place &place) {
    for (int column = 0; column < tile; column += 4) {
        Four features[thread_features];
        for (int f = 0; f < thread_features; ++f) {
            features[f] = load_four(column_operand + (place.lane + f * across) * pitch + column);
        }
        for (int r = 0; r < thread_rows; ++r) {
            const Four weight = load_four(weights + (place.row + r) * pitch + column);
            for (int f = 0; f < thread_features; ++f) {
                for (int i = 0; i < 4; ++i) {
                    gradient.at[r][f] += weight.at[i] * features[f].at[i];
                }
            }
        }
    }
}

} // namespace haliclr::bench::cuda
