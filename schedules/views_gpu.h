// What the CUDA and the OpenCL schedules of the views share: a block a view where the views are
// small, a kernel a stage where they are not.
#pragma once

#include "schedules/views.h"

#include <stdexcept>
#include <string>

namespace haliclr::schedules {

// Views of this side and less fit, with all their intermediates, in 48 KB of shared memory.
inline constexpr int largest_shared_view = 32;

inline void check_views_gpu(const ViewsGpu &tuned) {
    const int x = tuned.threads_x, y = tuned.threads_y;
    if (x < 1 || y < 1 || x > 1024 || y > 1024 || x * y > 1024) {
        throw std::invalid_argument("[views] threads_x is " + std::to_string(x) +
                                    " and threads_y " + std::to_string(y) +
                                    "; use 1 to 1024, at most 1024 together");
    }
}

// One block a view, all intermediates in shared memory, the threads over the pixels, a barrier
// between operators. A guard's loop lies outside the threads', so that its branch is taken by a
// whole block.
inline void view_per_block(dsl::Views &views, const ViewsGpu &tuned) {
    using namespace Halide;
    const dsl::Views &p = views;
    Var column("column"), row("row"), thread_x("thread_x"), thread_y("thread_y");
    const auto thread_pixels = [&](Stage stage) {
        stage.split(p.x, column, thread_x, tuned.threads_x, TailStrategy::GuardWithIf)
            .split(p.y, row, thread_y, tuned.threads_y, TailStrategy::GuardWithIf)
            .reorder(column, row, thread_x, thread_y)
            .gpu_threads(thread_x, thread_y);
    };
    const auto thread_guarded = [&](Func func, const dsl::GuardedStage &stage) {
        thread_pixels(func.update(stage.index));
        func.update(stage.index).reorder(column, row, thread_x, thread_y, stage.guard.x);
    };

    views.views.compute_root().gpu_blocks(p.v);
    thread_pixels(views.views);
    views.views.reorder(p.c, column, row, thread_x, thread_y, p.v).unroll(p.c);
    const LoopLevel view(views.views, p.v);
    for (Func plan : {views.slot_operator, views.contrast_slot, views.mean_luma}) {
        plan.compute_at(view).store_in(MemoryType::GPUShared);
    }
    views.slot_operator.bound(p.slot, 0, 4).unroll(p.slot);
    for (Func image : {views.before_contrast, views.after_contrast, views.blur_x}) {
        image.compute_at(view).store_in(MemoryType::GPUShared);
        thread_pixels(image);
    }
    for (const auto &stage : views.before_stages) {
        thread_guarded(views.before_contrast, stage);
    }
    for (const auto &stage : views.after_stages) {
        thread_guarded(views.after_contrast, stage);
    }
    // The mean: a thread a column, then one thread over the columns' sums.
    const auto thread_columns = [&](Stage stage) {
        stage.split(p.x, column, thread_x, tuned.threads_x, TailStrategy::GuardWithIf)
            .reorder(column, thread_x)
            .gpu_threads(thread_x);
    };
    views.column_luma.compute_at(views.mean_luma, views.image_columns.y)
        .store_in(MemoryType::GPUShared);
    thread_columns(views.column_luma);
    thread_columns(views.column_luma.update());
    views.column_luma.update().reorder(views.image_rows, column, thread_x);

    thread_pixels(views.blur_x.update());
    views.blur_x.update()
        .reorder(views.taps_across, column, row, thread_x, thread_y)
        .unroll(views.taps_across);
    views.tap_weight.compute_at(view).store_in(MemoryType::GPUShared).gpu_threads(p.tap);
    views.bell_sum.compute_at(view).store_in(MemoryType::GPUShared);
    // The last pixels live in registers: three images are all that fits in shared memory.
    views.finished.compute_at(views.views, column);
    views.blur_y.compute_at(views.finished, views.blur_stage.guard.x).update().unroll(views.taps);
}

// For any size: every image-sized Func in device memory, one kernel a stage, a thread a pixel.
// Holds 12 floats a pixel of every view in device memory.
inline void stage_per_kernel(dsl::Views &views, const ViewsGpu &tuned) {
    using namespace Halide;
    const dsl::Views &p = views;
    Var block_x("block_x"), block_y("block_y"), thread_x("thread_x"), thread_y("thread_y");
    const auto tile = [&](Stage stage) {
        stage
            .gpu_tile(p.x, p.y, block_x, block_y, thread_x, thread_y, tuned.threads_x,
                      tuned.threads_y, TailStrategy::GuardWithIf)
            .gpu_blocks(p.v);
    };
    const auto tile_guarded = [&](Func func, const dsl::GuardedStage &stage) {
        tile(func.update(stage.index).reorder(stage.guard.x, p.x, p.y, p.v));
    };
    for (Func image : {views.before_contrast, views.after_contrast, views.finished}) {
        image.compute_root();
        tile(image);
    }
    for (const auto &stage : views.before_stages) {
        tile_guarded(views.before_contrast, stage);
    }
    for (const auto &stage : views.after_stages) {
        tile_guarded(views.after_contrast, stage);
    }
    tile_guarded(views.finished, views.blur_stage);
    tile_guarded(views.finished, views.solarize_stage);
    views.views.compute_root().reorder(p.c, p.x, p.y, p.v).unroll(p.c);
    tile(views.views);

    const int threads = tuned.threads_x * tuned.threads_y;
    const auto tile_views = [&](Func func) {
        func.compute_root().gpu_tile(p.v, block_x, thread_x, threads, TailStrategy::GuardWithIf);
    };
    tile_views(views.contrast_slot);
    views.slot_operator.compute_root().bound(p.slot, 0, 4).reorder(p.slot, p.v).unroll(p.slot);
    views.slot_operator.gpu_tile(p.v, block_x, thread_x, threads, TailStrategy::GuardWithIf);
    for (Func sums : {views.mean_luma, views.bell_sum}) {
        tile_views(sums);
        sums.update().gpu_tile(p.v, block_x, thread_x, threads, TailStrategy::GuardWithIf);
    }
    views.column_luma.compute_root();
    for (Stage stage : {Stage(views.column_luma), views.column_luma.update()}) {
        stage.gpu_tile(p.x, block_x, thread_x, threads, TailStrategy::GuardWithIf).gpu_blocks(p.v);
    }
    // Sums along a row are computed once for all views; those down a column where they are used.
    views.blur_x.compute_root();
    tile(views.blur_x);
    tile(views.blur_x.update().reorder(views.taps_across, p.x, p.y, p.v));
    views.blur_y.compute_at(views.finished, thread_x);
    views.tap_weight.compute_root().gpu_tile(p.v, block_x, thread_x, threads,
                                             TailStrategy::GuardWithIf);
}

} // namespace haliclr::schedules
