// What the CUDA and the OpenCL schedules of the views share: a block a view where the views are
// small, a kernel an image where they are not.
#pragma once

#include "schedules/views.h"

namespace haliclr::schedules {

// A block a view if its images fit in a block's shared memory, else a kernel an image. Throws
// std::invalid_argument for tunables out of range.
void views_gpu(dsl::Views &views, const ViewsGpu &tuned, int size);

// What those two are made of.
void views_gpu_block(dsl::Views &views, const ViewsGpu &tuned);
void views_gpu_images(dsl::Views &views, const ViewsGpu &tuned);

// Divides (x, y, v) or the views themselves into blocks of threads_x columns and threads_y *
// thread_rows rows of a view, and those into threads of thread_rows consecutive rows.
struct ViewTiles {
    Halide::Func whole;
    int threads_x, threads_y, rows; // rows: of a thread
    Halide::Var block_x{"block_x"}, block_y{"block_y"};
    Halide::Var thread_x{"thread_x"}, thread_y{"thread_y"}, row{"row"};

    ViewTiles(Halide::Func whole, const dsl::Views &views, const ViewsGpu &tuned);
    Halide::LoopLevel thread() const { return {whole, thread_x}; }
};

// The tiles of a blurred image: those that are asked for, with fewer rows where shared memory would
// not hold them. Throws std::invalid_argument for threads whose smallest tile does not fit.
ViewsGpu blur_tiles(const dsl::Blur &blur, ViewsGpu tuned);
// The sums of a blur, within a kernel of such tiles.
void blur_by_tiles(dsl::Views &views, const dsl::Blur &blur, const ViewTiles &tiles);

// Loops of an image's stage over a thread's pixels of one column, and within.
struct PixelLoops {
    Halide::LoopLevel thread, pixel;
};

// What both schedules do alike: the tables of the plans and the resamplings, each of which is kept
// where the schedule keeps it, and the sum over a filter's taps of a pixel, in registers.
class ViewsGpuTables {
public:
    ViewsGpuTables(dsl::Views &views, const ViewsGpu &tuned) : p(views), tuned(tuned) {}
    virtual ~ViewsGpuTables() = default;

protected:
    dsl::Views &p;
    const ViewsGpu tuned;

    // A table of one entry a view, and one along x or y of every view.
    virtual void keep_of_views(Halide::Func table) const = 0;
    virtual void keep_along(Halide::Func table, const Halide::Var &along) const = 0;
    // The loop over the entries of a table that is kept along x or y.
    virtual Halide::LoopLevel entry_of(Halide::Func table) const = 0;
    virtual PixelLoops filter_loops(Halide::Func image, const dsl::GuardedStage &stage) const = 0;

    void schedule_plans() const;
    void schedule_resampling(const dsl::Resampling &resampling) const;

private:
    void table_along(const Halide::Var &along, Halide::Func taps, Halide::Func first,
                     Halide::Func sum) const;
    void filter_per_pixel(const dsl::Resampling &resampling, const PixelLoops &loops) const;
};

} // namespace haliclr::schedules
