// CPU schedule of the views: a task a few images, whose views are made one after another while the
// source is in the cache; every intermediate of one view beside it, vectors along the rows.
//
// Horizontal resampling takes one pixel of three channels at a time. With gathers of single values
// instead, a crop to 32x32 took 4.7 us a view where it now takes 3.6 (one core, AMD EPYC, AVX-512).
#include "schedules/views.h"

#include <algorithm>
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

void check_tunables(const ViewsCpu &tuned) {
    if (tuned.vector_width < 1 || tuned.images_per_task < 1) {
        throw std::invalid_argument("[views] vector_width is " +
                                    std::to_string(tuned.vector_width) + " and images_per_task " +
                                    std::to_string(tuned.images_per_task) + "; use at least 1");
    }
}

class CpuSchedule {
public:
    CpuSchedule(dsl::Views &views, const ViewsCpu &tuned, int size)
        : p(views), tuned(tuned), size(size), width(tuned.vector_width),
          one_view(views.views, view) {}

    void run() {
        schedule_output();
        p.source.compute_at(one_view);
        for (Func plan : p.view_plans) {
            plan.compute_at(one_view);
        }
        for (const dsl::ViewImage &image : p.image) {
            schedule_image(image);
        }
        for (const dsl::Resampling &resampling : p.resamplings) {
            schedule_resampling(resampling);
        }
        for (const dsl::ImageMean &mean : p.means) {
            schedule_mean(mean);
        }
        for (const dsl::Blur &blur : p.blurs) {
            schedule_blur(blur);
        }
        for (const dsl::Histogram &histogram : p.histograms) {
            schedule_histogram(histogram);
        }
    }

private:
    dsl::Views &p;
    const ViewsCpu tuned;
    const int size, width;
    Var task{"task"}, view{"view"}, image{"image"};
    const LoopLevel one_view;

    // Intermediates are rounded up to whole vectors; what lies beyond the size is never used.
    void vectorize(Stage stage) const { stage.vectorize(p.x, width, TailStrategy::RoundUp); }

    void schedule_output() {
        Func &views = p.views;
        views.compute_root()
            .split(p.v, view, image, p.images, TailStrategy::GuardWithIf)
            .split(image, task, image, tuned.images_per_task, TailStrategy::GuardWithIf);
        if (tuned.channels_last) {
            views.reorder(p.c, p.x, p.y, view, image, task).bound(p.c, 0, 3);
        } else {
            views.reorder(p.x, p.y, p.c, view, image, task);
        }
        views.unroll(p.c).vectorize(p.x, width, TailStrategy::GuardWithIf).parallel(task);
    }

    // One allocation a task: the system clears pages anew for every large one.
    void keep_for_a_task(Func func) const { func.hoist_storage(p.views, task); }

    void schedule_image(const dsl::ViewImage &image) const {
        Func func = image.func;
        func.compute_at(one_view);
        keep_for_a_task(func);
        vectorize(func);
        for (const dsl::GuardedStage &stage : image.stages) {
            func.update(stage.index)
                .reorder(p.x, p.y, stage.guard.x)
                .vectorize(p.x, width, TailStrategy::RoundUp);
        }
    }

    // Positions of a row or a column, where they are used; sums down the columns a row at a time.
    void schedule_resampling(const dsl::Resampling &r) const {
        Func image = p.image[r.image].func, window = r.window;
        window.compute_at(one_view);
        if (r.has_two_taps) {
            Func columns = r.columns, rows = r.rows;
            columns.compute_at(one_view);
            vectorize(columns);
            rows.compute_at(one_view);
            schedule_row(r.blended, image);
            Func between = r.between;
            between.compute_at(image, p.y).vectorize(p.ch, 4, TailStrategy::RoundUp);
        }
        if (r.has_filter) {
            schedule_filter(r, image);
        }
    }

    // A row at a time; its places are contiguous. The races are between equal values. A vector
    // holds a whole group, whatever the target's width: of a part, the bounds of the loop are not
    // found.
    RVar schedule_row(const dsl::SourceRow &source, Func &image) const {
        Func row = source.row;
        RVar group("group"), lane("lane");
        row.compute_at(image, p.y).store_in(MemoryType::Stack);
        row.update(source.groups.index)
            .split(source.groups.guard.x, group, lane, dsl::SourceRow::group_values)
            .allow_race_conditions()
            .vectorize(lane);
        row.update(source.few.index).unscheduled();
        return group;
    }

    void schedule_filter(const dsl::Resampling &r, Func &image) const {
        Func across = r.across, across_sum = r.across_sum, down = r.down, down_sum = r.down_sum;
        Func few_sums = r.few_sums, group_sums = r.group_sums;
        Func filtered = r.filtered, shares_across = r.shares_across, shares_down = r.shares_down;
        const LoopLevel stage(image, p.image[r.image].stages[r.filter_stage()].guard.x);
        for (Func plan : {across, across_sum}) {
            plan.compute_at(stage);
            vectorize(plan);
        }
        across_sum.update()
            .reorder(p.x, r.sum_across.x)
            .vectorize(p.x, width, TailStrategy::RoundUp);
        down.compute_at(stage);
        down_sum.compute_at(stage);
        const RVar group = schedule_row(r.column_sums, image);
        few_sums.compute_at(r.column_sums.row, r.column_sums.few.guard.x);
        group_sums.compute_at(r.column_sums.row, group)
            .bound_extent(p.group, 1) // else it is not known to fit the stack
            .store_in(MemoryType::Stack)
            .vectorize(p.lane);
        group_sums.update().reorder(p.lane, r.taps_down.x).vectorize(p.lane);
        shares_across.compute_at(stage);
        shares_across.update(r.across_taps.index).reorder(r.across_taps.guard.x, p.x);
        shares_down.compute_at(image, p.y).store_in(MemoryType::Stack);
        shares_down.update(r.down_taps.index).unscheduled();
        filtered.compute_at(image, p.y).vectorize(p.ch, 4, TailStrategy::RoundUp);
        filtered.update()
            .reorder(p.ch, r.taps_across.x, p.x)
            .vectorize(p.ch, 4, TailStrategy::RoundUp);
    }

    void schedule_mean(const dsl::ImageMean &m) const {
        Func mean = m.mean, column_sum = m.column_sum;
        mean.compute_at(one_view);
        column_sum.compute_at(mean, m.image_columns.y);
        vectorize(column_sum);
        column_sum.update().reorder(p.x, m.image_rows).vectorize(p.x, width, TailStrategy::RoundUp);
    }

    // The horizontal pass is kept whole. In strips of 56 rows, whose borders are made twice, a
    // blurred view of 224 pixels took 1,322 us where it takes 1,256 (medians of 4 runs in turn, one
    // core, AVX-512).
    void schedule_blur(const dsl::Blur &blur) const {
        const dsl::ViewImage &target = p.image[blur.image];
        Func image = target.func, blur_x = blur.blur_x, blur_y = blur.blur_y;
        const LoopLevel stage(image, target.stages[blur.stage].guard.x);
        for (Func plan : {blur.tap_weight, blur.bell, blur.bell_sum}) {
            plan.compute_at(stage);
        }
        blur_x.compute_at(stage);
        keep_for_a_task(blur_x);
        vectorize(blur_x);
        Func padded = blur.padded;
        padded.compute_at(blur_x, p.y).store_in(MemoryType::Stack);
        padded.update(0).vectorize(blur.inside.x, width, TailStrategy::GuardWithIf);
        padded.update(1).unscheduled();
        padded.update(2).unscheduled();
        blur_x.update()
            .reorder(blur.taps_across, p.x, p.y)
            .vectorize(p.x, width, TailStrategy::RoundUp);
        vectorize(blur_y);
        if (size > 0 && size < 40) { // few taps: all of them on a vector in registers
            blur_x.update().unroll(blur.taps_across);
            blur_y.compute_at(image, p.x);
            vectorize(blur_y.update());
            blur_y.update().unroll(blur.taps);
        } else { // where a tap reads is found once a row
            blur_y.compute_at(image, p.y);
            keep_for_a_task(blur_y);
            blur_y.update()
                .reorder(p.x, blur.taps, p.y)
                .vectorize(p.x, width, TailStrategy::RoundUp);
        }
    }

    void schedule_histogram(const dsl::Histogram &histogram) const {
        for (Func func : {histogram.counts, histogram.running, histogram.below_largest}) {
            func.compute_at(one_view);
        }
    }
};

} // namespace

void views_cpu(dsl::Views &views, const ViewsCpu &tuned, int size) {
    check_tunables(tuned);
    CpuSchedule(views, tuned, size).run();
}

} // namespace haliclr::schedules
