// The blur of large views on a GPU: both passes in one kernel, a tile of pixels a block.
//
// A block first sums along the rows of its tile and of a radius above and below, into shared
// memory, then down the columns from there: the row sums never go through device memory. Where the
// radius is not known or its rows do not fit, the taps down are taken a pass after the other, and
// the tile's sums so far stay in shared memory too.
#include "schedules/views_gpu.h"

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

class TiledBlur {
public:
    TiledBlur(dsl::Views &views, const dsl::Blur &blur, const ViewsGpu &tuned)
        : p(views), blur(blur), tuned(tuned), target(views.image[blur.image].func),
          stage(views.image[blur.image].stages[blur.stage]) {
        choose_tile();
    }

    void run() {
        divide_image();
        in_one_pass ? sum_in_one_pass() : sum_in_passes();
    }

private:
    dsl::Views &p;
    const dsl::Blur &blur;
    ViewsGpu tuned; // with the rows that fit
    Func target;
    const dsl::GuardedStage &stage;
    bool in_one_pass = false;
    int taps = 0; // of a pass
    Var block_x{"block_x"}, block_y{"block_y"}, thread_x{"thread_x"}, thread_y{"thread_y"};
    Var row{"row"};

    int rows() const { return tuned.threads_y * tuned.blur_rows; }
    int bytes() const { return blur_tile_bytes(tuned, taps, in_one_pass); }

    void choose_tile() {
        const int wanted_rows = tuned.blur_rows;
        tuned.blur_rows = 1;
        const auto known =
            Halide::Internal::as_const_int(Halide::Internal::simplify(blur.taps.x.extent()));
        in_one_pass = known && *known <= most_blur_bytes &&
                      blur_tile_bytes(tuned, static_cast<int>(*known), true) <= most_blur_bytes;
        taps = in_one_pass ? static_cast<int>(*known) : blur_pass_taps;
        if (bytes() > most_blur_bytes) {
            throw std::invalid_argument("[views] threads_x is " + std::to_string(tuned.threads_x) +
                                        " and threads_y " + std::to_string(tuned.threads_y) +
                                        ", whose blur takes " + std::to_string(bytes()) +
                                        " bytes of shared memory; at most " +
                                        std::to_string(most_blur_bytes) + " exist, so lower one");
        }
        for (tuned.blur_rows = wanted_rows; bytes() > most_blur_bytes;) {
            tuned.blur_rows--;
        }
    }

    // The guard lies between blocks and threads, so that a block of a view that is not blurred ends
    // at once.
    void divide_image() {
        target.update(stage.index)
            .split(p.x, block_x, thread_x, tuned.threads_x, TailStrategy::GuardWithIf)
            .split(p.y, block_y, row, rows(), TailStrategy::GuardWithIf)
            .split(row, thread_y, row, tuned.blur_rows)
            .reorder(row, thread_x, thread_y, stage.guard.x, block_x, block_y, p.v)
            .unroll(row)
            .gpu_blocks(block_x, block_y, p.v)
            .gpu_threads(thread_x, thread_y);
    }

    // Whole tiles also where the image ends within one: any position may be summed.
    void sum_rows_at(const LoopLevel &level) {
        Func bordered = blur.bordered, blur_x = blur.blur_x;
        bordered.compute_at(level)
            .store_in(MemoryType::GPUShared)
            .bound_extent(p.x, tuned.threads_x)
            .bound_extent(p.y, rows() + taps - 1)
            .split(p.y, row, thread_y, tuned.threads_y, TailStrategy::GuardWithIf)
            .reorder(row, p.x, thread_y)
            .gpu_threads(p.x, thread_y);
        // One row, which Halide does not see where the size is not known.
        blur_x.compute_at(bordered, row).store_in(MemoryType::Register).bound_extent(p.y, 1);
        blur_x.update().reorder(blur.taps_across, p.x, p.y, p.v);
    }

    // A thread sums down its columns in registers.
    void sum_in_one_pass() {
        Func blur_y = blur.blur_y;
        blur_y.compute_at(target, thread_x)
            .store_in(MemoryType::Register)
            .bound_extent(p.y, tuned.blur_rows)
            .unroll(p.y);
        blur_y.update().reorder(p.y, blur.taps).unroll(p.y).unroll(blur.taps);
        sum_rows_at(LoopLevel(target, stage.guard.x));
    }

    void sum_in_passes() {
        RVar pass{"pass"}, tap{"tap"};
        Var pass_of{"pass_of"};
        Func blur_y = blur.blur_y;
        Func of_pass = blur_y.update()
                           .split(blur.taps.x, pass, tap, taps, TailStrategy::GuardWithIf)
                           .rfactor(pass, pass_of);
        blur_y.compute_at(target, stage.guard.x)
            .store_in(MemoryType::GPUShared)
            .bound_extent(p.x, tuned.threads_x)
            .bound_extent(p.y, rows());
        thread_rows(blur_y);
        thread_rows(blur_y.update()).reorder(row, p.x, thread_y, pass);
        of_pass.compute_at(blur_y, p.x)
            .store_in(MemoryType::Register)
            .bound_extent(p.y, tuned.blur_rows)
            .unroll(p.y);
        of_pass.update().reorder(p.y, tap).unroll(p.y);
        sum_rows_at(LoopLevel(blur_y, pass));
    }

    Stage thread_rows(Stage of) const {
        return of.split(p.y, thread_y, row, tuned.blur_rows)
            .reorder(row, p.x, thread_y)
            .unroll(row)
            .gpu_threads(p.x, thread_y);
    }
};

} // namespace

void views_gpu_blur(dsl::Views &views, const dsl::Blur &blur, const ViewsGpu &tuned) {
    TiledBlur(views, blur, tuned).run();
}

} // namespace haliclr::schedules
