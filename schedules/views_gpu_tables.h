// The tables of the plans and the resamplings of views on a GPU: what is the same for a view, or
// for a column or a row of it, is made once.
#pragma once

#include "schedules/views_gpu.h"

#include <vector>

namespace haliclr::schedules {

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
    virtual void keep_of_views(Halide::Func table) = 0;
    virtual void keep_along(Halide::Func table, const Halide::Var &along) = 0;
    // The loop over the entries of a table that is kept along x or y.
    virtual Halide::LoopLevel entry_of(Halide::Func table) const = 0;
    virtual PixelLoops filter_loops(Halide::Func image, const dsl::GuardedStage &stage) const = 0;

    void schedule_tables();

private:
    void schedule_plans();
    void schedule_resampling(const dsl::Resampling &resampling);
    void table_along(const Halide::Var &along, Halide::Func taps, Halide::Func first,
                     Halide::Func sum);
    void filter_per_pixel(const dsl::Resampling &resampling, const PixelLoops &loops) const;
};

// Tables in device memory, which other kernels read: those of views, of columns and of rows share a
// launch each, as a launch takes longer than a table.
class ViewsGpuKeptTables : public ViewsGpuTables {
public:
    ViewsGpuKeptTables(dsl::Views &views, const ViewsGpu &tuned)
        : ViewsGpuTables(views, tuned), threads(tuned.threads_x * tuned.threads_y) {}

protected:
    const int threads; // of a block
    Halide::Var block_x{"block_x"}, thread_x{"thread_x"};

    void schedule_shared_tables();
    // A block a part of one view's line along a dimension.
    void by_lines(Halide::Func func, const Halide::Var &along, int line_threads) const;

private:
    std::vector<Halide::Func> of_views, of_columns, of_rows;

    void keep_of_views(Halide::Func table) override;
    void keep_along(Halide::Func table, const Halide::Var &along) override;
    Halide::LoopLevel entry_of(Halide::Func table) const override { return {table, thread_x}; }
    void part_tables() const;
    void in_one_kernel(const std::vector<Halide::Func> &tables) const;
};

} // namespace haliclr::schedules
