// The blur of large views on a GPU: both passes in one kernel, a tile of pixels a block.
//
// A block first sums along the rows of its tile and of a radius above and below, into shared
// memory, then down the columns from there: the row sums never go through device memory. Where the
// radius is not known or its rows do not fit, the taps down are taken a pass after the other, and
// the tile's sums so far stay in shared memory too. A thread sums a few pixels together, which
// share what they read. Halide leaves all of it out for a view that is not blurred.
#include "schedules/views_gpu.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <string>

namespace haliclr::schedules {

using Halide::Func;
using Halide::LoopLevel;
using Halide::MemoryType;
using Halide::RVar;
using Halide::Stage;
using Halide::TailStrategy;
using Halide::Var;

namespace {

constexpr int thread_columns = 4;       // pixels of a row that a thread sums
constexpr int most_unrolled_taps = 128; // more rows do not fit in shared memory

std::optional<int> known_taps(const dsl::Blur &blur) {
    const auto known =
        Halide::Internal::as_const_int(Halide::Internal::simplify(blur.taps.x.extent()));
    return known && *known <= most_unrolled_taps ? std::optional<int>(*known) : std::nullopt;
}

// Whether the rows of all taps fit beside the least tile.
bool in_one_pass(const dsl::Blur &blur, int threads_x, int threads_y, int most_bytes) {
    const auto known = known_taps(blur);
    return known && blur_tile_bytes({threads_x, threads_y, 1, 1}, *known, true) <= most_bytes;
}

class TiledBlur {
public:
    TiledBlur(dsl::Views &views, const dsl::Blur &blur, const ViewTiles &tiles, bool in_one_pass)
        : p(views), blur(blur), tiles(tiles), target(views.image[blur.image].func),
          guard(target, views.image[blur.image].stages[blur.stage].guard.x), block(tiles.block()),
          taps(in_one_pass ? *known_taps(blur) : blur_pass_taps) {}

    // A thread sums down its columns in registers.
    void sum_in_one_pass() {
        Func blur_y = blur.blur_y;
        blur_y.compute_at(guard)
            .store_in(MemoryType::Register)
            .bound_extent(p.y, tiles.rows)
            .unroll(p.y);
        blur_y.update().reorder(p.y, blur.taps).unroll(p.y).unroll(blur.taps);
        sum_rows_at(block);
    }

    void sum_in_passes() {
        RVar pass{"pass"}, group{"group"}, tap{"tap"};
        Var pass_of{"pass_of"};
        Func blur_y = blur.blur_y;
        Func of_pass = blur_y.update()
                           .split(blur.taps.x, pass, tap, taps, TailStrategy::GuardWithIf)
                           .rfactor(pass, pass_of);
        blur_y.compute_at(block)
            .store_in(MemoryType::GPUShared)
            .bound_extent(p.x, tiles.threads_x)
            .bound_extent(p.y, rows());
        thread_rows(blur_y);
        thread_rows(blur_y.update()).reorder(row, p.x, thread_y, pass);
        of_pass.compute_at(blur_y, p.x)
            .store_in(MemoryType::Register)
            .bound_extent(p.y, tiles.rows)
            .unroll(p.y);
        of_pass.update()
            .split(tap, group, tap, dsl::Blur::tap_group)
            .reorder(p.y, tap, group)
            .unroll(p.y)
            .unroll(tap);
        sum_rows_at(LoopLevel(blur_y, pass));
    }

private:
    dsl::Views &p;
    const dsl::Blur &blur;
    const ViewTiles &tiles;
    Func target;
    const LoopLevel guard, block;
    const int taps; // of a pass
    Var thread_x{"thread_x"}, thread_y{"thread_y"}, row{"row"};

    int rows() const { return tiles.threads_y * tiles.rows; }

    // Whole tiles also where the image ends within one: any position may be summed.
    void sum_rows_at(const LoopLevel &level) {
        const Var group{"group"}, column{"column"}, cell{"cell"}, pass{"pass"};
        const int columns = std::gcd(tiles.threads_x, thread_columns);
        Func bordered = blur.bordered, blur_x = blur.blur_x;
        bordered.compute_at(level)
            .store_in(MemoryType::GPUShared)
            .bound_extent(p.x, tiles.threads_x)
            .bound_extent(p.y, rows() + taps - 1)
            .split(p.x, group, column, columns)
            .reorder(column, group, p.y)
            .fuse(group, p.y, cell)
            .split(cell, cell, thread_x, tiles.threads_x, TailStrategy::GuardWithIf)
            .split(cell, pass, thread_y, tiles.threads_y, TailStrategy::GuardWithIf)
            .reorder(column, pass, thread_x, thread_y)
            .unroll(column)
            .gpu_threads(thread_x, thread_y);
        // One row, which Halide does not see where the size is not known.
        blur_x.compute_at(bordered, pass)
            .store_in(MemoryType::Register)
            .bound_extent(p.x, columns)
            .bound_extent(p.y, 1)
            .unroll(p.x);
        Stage sums = blur_x.update();
        if (blur.has_groups()) {
            sums.reorder(p.x, blur.taps_across.x, blur.taps_across.y, p.y, p.v);
            if (columns == dsl::Blur::tap_alignment && blur_of(p, blur.image - 1) == nullptr) {
                read_vectors(LoopLevel(blur_x, blur.taps_across.y));
            }
        } else {
            sums.reorder(p.x, blur.taps_across.x, p.y, p.v);
        }
        sums.unroll(blur.taps_across.x).unroll(p.x);
    }

    // What a group of taps reads for a thread's pixels of one row, by vectors.
    void read_vectors(const LoopLevel &level) {
        constexpr int vector = dsl::Blur::tap_alignment;
        Var of{"of"};
        Func padded = blur.padded, whole = tiles.whole;
        if (whole.name() != p.views.name()) { // which begin at 0
            whole.align_bounds(p.x, vector);
        }
        padded.align_bounds(p.x, vector).align_storage(p.x, vector);
        padded.in(blur.blur_x)
            .compute_at(level)
            .store_in(MemoryType::Register)
            .align_bounds(p.x, vector)
            .bound_extent(p.x, vector + dsl::Blur::tap_group)
            .bound_extent(p.y, 1)
            .split(p.x, of, p.x, vector)
            .vectorize(p.x)
            .unroll(of);
    }

    Stage thread_rows(Stage of) const {
        return of.split(p.y, thread_y, row, tiles.rows)
            .reorder(row, p.x, thread_y)
            .unroll(row)
            .gpu_threads(p.x, thread_y);
    }
};

} // namespace

const dsl::Blur *blur_of(const dsl::Views &views, int image) {
    const auto found = std::ranges::find(views.blurs, image, &dsl::Blur::image);
    return found == views.blurs.end() ? nullptr : &*found;
}

ViewsGpu blur_tiles(const dsl::Blur &blur, ViewsGpu tuned, int most_bytes) {
    const bool one_pass = in_one_pass(blur, tuned.threads_x, tuned.threads_y, most_bytes);
    const int taps = one_pass ? *known_taps(blur) : blur_pass_taps;
    const auto fits = [&] { return blur_tile_bytes(tuned, taps, one_pass) <= most_bytes; };
    while (tuned.blur_rows > 1 && !fits()) {
        tuned.blur_rows--;
    }
    if (!fits()) {
        throw std::invalid_argument("[views] threads_x is " + std::to_string(tuned.threads_x) +
                                    " and threads_y " + std::to_string(tuned.threads_y) +
                                    ", whose blur takes " +
                                    std::to_string(blur_tile_bytes(tuned, taps, one_pass)) +
                                    " bytes of shared memory; at most " +
                                    std::to_string(most_bytes) + " exist, so lower one");
    }
    tuned.thread_rows = tuned.blur_rows;
    return tuned;
}

void blur_by_tiles(dsl::Views &views, const dsl::Blur &blur, const ViewTiles &tiles,
                   int most_bytes) {
    const bool one_pass = in_one_pass(blur, tiles.threads_x, tiles.threads_y, most_bytes);
    TiledBlur tiled(views, blur, tiles, one_pass);
    one_pass ? tiled.sum_in_one_pass() : tiled.sum_in_passes();
}

} // namespace haliclr::schedules
