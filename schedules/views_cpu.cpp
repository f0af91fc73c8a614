// CPU schedule of the views: a task a few views, every intermediate of one view in the cache,
// vectors along the rows.
//
// `haliclr bench --operator views`, 2 threads on 2 cores of an AMD EPYC with AVX-512: 326 thousand
// 32x32 views/s with their draws, recipe crop(0.08, 1) | flip | jitter(0.4, 0.4, 0.4, 0.1)@0.8 |
// grey@0.2 | blur(0.1, 2)@0.5. That is 5.8 % of what copying the bytes would take: the bound is
// arithmetic. By JIT 8 lanes instead of 16 cost a tenth, a size given at run time a fifth.
#include "schedules/views.h"

#include <stdexcept>
#include <string>

namespace haliclr::schedules {

using Halide::Func;
using Halide::Stage;
using Halide::TailStrategy;
using Halide::Var;

namespace {

void check_tunables(const ViewsCpu &tuned) {
    if (tuned.vector_width < 1 || tuned.views_per_task < 1) {
        throw std::invalid_argument("[views] vector_width is " +
                                    std::to_string(tuned.vector_width) + " and views_per_task " +
                                    std::to_string(tuned.views_per_task) + "; use at least 1");
    }
}

} // namespace

void views_cpu(dsl::Views &views, const ViewsCpu &tuned, int size) {
    check_tunables(tuned);
    const int width = tuned.vector_width;
    const dsl::Views &p = views;
    // Intermediates are rounded up to whole vectors; what lies beyond the size is never used.
    const auto vectorize = [&](Stage stage) { stage.vectorize(p.x, width, TailStrategy::RoundUp); };
    const auto vectorize_guarded = [&](Func func, const dsl::GuardedStage &stage) {
        func.update(stage.index)
            .reorder(p.x, p.y, stage.guard.x)
            .vectorize(p.x, width, TailStrategy::RoundUp);
    };

    Var task("task");
    views.views.compute_root()
        .reorder(p.x, p.y, p.c, p.v)
        .unroll(p.c)
        .vectorize(p.x, width, TailStrategy::GuardWithIf)
        .split(p.v, task, p.v, tuned.views_per_task, TailStrategy::GuardWithIf)
        .parallel(task);
    for (Func plan : {views.slot_operator, views.contrast_slot, views.columns, views.rows}) {
        plan.compute_at(views.views, p.v);
    }
    views.slot_operator.bound(p.slot, 0, 4).unroll(p.slot);
    vectorize(views.columns);
    for (Func image : {views.before_contrast, views.after_contrast, views.finished}) {
        image.compute_at(views.views, p.v);
        vectorize(image);
    }
    for (const auto &stage : views.before_stages) {
        vectorize_guarded(views.before_contrast, stage);
    }
    for (const auto &stage : views.after_stages) {
        vectorize_guarded(views.after_contrast, stage);
    }
    vectorize_guarded(views.finished, views.blur_stage);
    vectorize_guarded(views.finished, views.solarize_stage);

    views.mean_luma.compute_at(views.views, p.v);
    views.column_luma.compute_at(views.mean_luma, views.image_columns.y);
    vectorize(views.column_luma);
    views.column_luma.update()
        .reorder(p.x, views.image_rows)
        .vectorize(p.x, width, TailStrategy::RoundUp);

    const auto blur_guard = views.blur_stage.guard.x;
    views.tap_weight.compute_at(views.finished, blur_guard);
    views.bell.compute_at(views.finished, blur_guard);
    views.bell_sum.compute_at(views.finished, blur_guard);
    views.blur_x.compute_at(views.finished, blur_guard);
    vectorize(views.blur_x);
    views.blur_x.update()
        .reorder(views.taps_across, p.x, p.y)
        .vectorize(p.x, width, TailStrategy::RoundUp);
    views.blur_y.compute_at(views.finished, p.x);
    vectorize(views.blur_y);
    views.blur_y.update().vectorize(p.x, width, TailStrategy::RoundUp);
    if (size > 0 && size < 40) {
        views.blur_x.update().unroll(views.taps_across);
        views.blur_y.update().unroll(views.taps);
    }
}

} // namespace haliclr::schedules
