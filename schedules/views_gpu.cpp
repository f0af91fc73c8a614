// The two GPU schedules of the views.
#include "schedules/views_gpu.h"

#include <stdexcept>
#include <string>

namespace haliclr::schedules {

using Halide::Func;
using Halide::LoopLevel;
using Halide::MemoryType;
using Halide::Stage;
using Halide::TailStrategy;
using Halide::Var;

namespace {

constexpr int shared_bytes = 40 << 10; // for images; the rest of 48 KB is for tables

void check(const ViewsGpu &tuned) {
    const int x = tuned.threads_x, y = tuned.threads_y;
    if (x < 1 || y < 1 || x > 1024 || y > 1024 || x * y > 1024) {
        throw std::invalid_argument("[views] threads_x is " + std::to_string(x) +
                                    " and threads_y " + std::to_string(y) +
                                    "; use 1 to 1024, at most 1024 together");
    }
}

// What a filter needs for one pixel, in registers: `pixel` is the loop over pixels of its image.
void filter_per_pixel(const dsl::Views &p, const dsl::Resampling &r, const LoopLevel &pixel) {
    Func value_sums = r.value_sums, filtered = r.filtered;
    Func across_sum = r.across_sum, down_sum = r.down_sum;
    filtered.compute_at(pixel).bound(p.ch, 0, 3).unroll(p.ch);
    filtered.update().reorder(p.ch, r.taps_across.x).unroll(p.ch);
    across_sum.compute_at(pixel);
    down_sum.compute_at(pixel);
    value_sums.compute_at(filtered, r.taps_across.x)
        .bound(p.ch, 0, 3)
        .bound_extent(p.tap, 1) // else its size would not be known
        .unroll(p.ch);
    value_sums.update().reorder(p.ch, r.taps_down.x).unroll(p.ch);
}

// One block a view, all intermediates in shared memory, the threads over the pixels, a barrier
// between operators. A guard's loop lies outside the threads', so that its branch is taken by a
// whole block.
class ViewPerBlock {
public:
    ViewPerBlock(dsl::Views &views, const ViewsGpu &tuned)
        : p(views), tuned(tuned), view(views.views, views.v) {}

    void run() {
        p.views.compute_root().gpu_blocks(p.v);
        thread_pixels(p.views);
        p.views.reorder(p.c, column, row, thread_x, thread_y, p.v).unroll(p.c);
        schedule_plans();
        for (size_t i = 0; i + 1 < p.image.size(); i++) {
            schedule_image(p.image[i]);
        }
        // The last pixels live in registers, which leaves shared memory to the other images.
        const LoopLevel pixel(p.views, column);
        p.image.back().func.compute_at(pixel);
        for (const dsl::Resampling &r : p.resamplings) {
            const bool last = r.image + 1 == static_cast<int>(p.image.size());
            if (r.has_filter) {
                filter_per_pixel(p, r, last ? pixel : LoopLevel(p.image[r.image].func, column));
            }
        }
        for (const dsl::ImageMean &mean : p.means) {
            schedule_mean(mean);
        }
        for (const dsl::Blur &blur : p.blurs) {
            schedule_blur(blur);
        }
    }

private:
    dsl::Views &p;
    const ViewsGpu tuned;
    Var column{"column"}, row{"row"}, thread_x{"thread_x"}, thread_y{"thread_y"};
    const LoopLevel view;

    void thread_pixels(Stage stage) const {
        stage.split(p.x, column, thread_x, tuned.threads_x, TailStrategy::GuardWithIf)
            .split(p.y, row, thread_y, tuned.threads_y, TailStrategy::GuardWithIf)
            .reorder(column, row, thread_x, thread_y)
            .gpu_threads(thread_x, thread_y);
    }

    void thread_columns(Stage stage) const {
        stage.split(p.x, column, thread_x, tuned.threads_x, TailStrategy::GuardWithIf)
            .reorder(column, thread_x)
            .gpu_threads(thread_x);
    }

    void schedule_plans() const {
        for (Func plan : p.slot_plans) {
            plan.compute_at(view).store_in(MemoryType::GPUShared);
            plan.bound(p.slot, 0, 4).unroll(p.slot);
        }
        for (Func plan : p.view_plans) {
            plan.compute_at(view).store_in(MemoryType::GPUShared);
        }
    }

    void schedule_image(const dsl::ViewImage &image) const {
        Func func = image.func;
        func.compute_at(view).store_in(MemoryType::GPUShared);
        thread_pixels(func);
        for (const dsl::GuardedStage &stage : image.stages) {
            thread_pixels(func.update(stage.index));
            func.update(stage.index).reorder(column, row, thread_x, thread_y, stage.guard.x);
        }
    }

    // A thread a column, then one thread over the columns' sums.
    void schedule_mean(const dsl::ImageMean &m) const {
        Func mean = m.mean, column_sum = m.column_sum;
        mean.compute_at(view).store_in(MemoryType::GPUShared);
        column_sum.compute_at(mean, m.image_columns.y).store_in(MemoryType::GPUShared);
        thread_columns(column_sum);
        thread_columns(column_sum.update());
        column_sum.update().reorder(m.image_rows, column, thread_x);
    }

    void schedule_blur(const dsl::Blur &blur) const {
        const dsl::ViewImage &target = p.image[blur.image];
        Func blur_x = blur.blur_x, blur_y = blur.blur_y, weight = blur.tap_weight;
        Func bell_sum = blur.bell_sum;
        blur_x.compute_at(view).store_in(MemoryType::GPUShared);
        thread_pixels(blur_x);
        thread_pixels(blur_x.update());
        blur_x.update()
            .reorder(blur.taps_across, column, row, thread_x, thread_y)
            .unroll(blur.taps_across);
        weight.compute_at(view).store_in(MemoryType::GPUShared).gpu_threads(p.tap);
        bell_sum.compute_at(view).store_in(MemoryType::GPUShared);
        const bool last = blur.image + 1 == static_cast<int>(p.image.size());
        blur_y
            .compute_at(last ? LoopLevel(target.func, target.stages[blur.stage].guard.x)
                             : LoopLevel(target.func, column))
            .update()
            .unroll(blur.taps);
    }
};

// For any size and sequence: every image in device memory, one kernel a stage, a thread a pixel.
// Holds three floats a pixel of every view for each image.
class StagePerKernel {
public:
    StagePerKernel(dsl::Views &views, const ViewsGpu &tuned)
        : p(views), tuned(tuned), threads(tuned.threads_x * tuned.threads_y) {}

    void run() {
        for (const dsl::ViewImage &image : p.image) {
            schedule_image(image);
        }
        p.views.compute_root().reorder(p.c, p.x, p.y, p.v).unroll(p.c);
        tile(p.views);
        for (Func plan : p.slot_plans) {
            plan.compute_root().bound(p.slot, 0, 4).reorder(p.slot, p.v).unroll(p.slot);
            thread_views(plan);
        }
        for (Func plan : p.view_plans) {
            plan.compute_root();
            thread_views(plan);
        }
        for (const dsl::Resampling &r : p.resamplings) {
            if (r.has_filter) {
                filter_per_pixel(p, r, LoopLevel(p.image[r.image].func, thread_x));
            }
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
    const ViewsGpu tuned;
    const int threads;
    Var block_x{"block_x"}, block_y{"block_y"}, thread_x{"thread_x"}, thread_y{"thread_y"};

    void tile(Stage stage) const {
        stage
            .gpu_tile(p.x, p.y, block_x, block_y, thread_x, thread_y, tuned.threads_x,
                      tuned.threads_y, TailStrategy::GuardWithIf)
            .gpu_blocks(p.v);
    }

    void thread_views(Stage stage) const {
        stage.gpu_tile(p.v, block_x, thread_x, threads, TailStrategy::GuardWithIf);
    }

    void thread_columns(Stage stage) const {
        stage.gpu_tile(p.x, block_x, thread_x, threads, TailStrategy::GuardWithIf).gpu_blocks(p.v);
    }

    void schedule_image(const dsl::ViewImage &image) const {
        Func func = image.func;
        func.compute_root();
        tile(func);
        for (const dsl::GuardedStage &stage : image.stages) {
            tile(func.update(stage.index).reorder(stage.guard.x, p.x, p.y, p.v));
        }
    }

    void schedule_mean(const dsl::ImageMean &m) const {
        Func mean = m.mean, column_sum = m.column_sum;
        mean.compute_root();
        thread_views(mean);
        // A thread beyond the last view would read the draws of its guard all the same.
        mean.update().gpu_blocks(p.v);
        column_sum.compute_root();
        thread_columns(column_sum);
        thread_columns(column_sum.update());
    }

    // Sums along a row are computed once for all views; those down a column where they are used.
    void schedule_blur(const dsl::Blur &blur) const {
        Func blur_x = blur.blur_x, blur_y = blur.blur_y, weight = blur.tap_weight;
        Func bell_sum = blur.bell_sum;
        blur_x.compute_root();
        tile(blur_x);
        tile(blur_x.update().reorder(blur.taps_across, p.x, p.y, p.v));
        blur_y.compute_at(p.image[blur.image].func, thread_x);
        bell_sum.compute_root();
        thread_views(bell_sum);
        thread_views(bell_sum.update());
        weight.compute_root();
        thread_views(weight);
    }

    // A thread a channel of a view.
    void schedule_histogram(const dsl::Histogram &h) const {
        Func counts = h.counts, running = h.running, below_largest = h.below_largest;
        for (Func func : {counts, running, below_largest}) {
            func.compute_root();
            func.gpu_blocks(p.v).gpu_threads(p.ch);
        }
        for (Func func : {counts, running}) {
            func.reorder(p.bin, p.ch, p.v);
        }
        counts.update().reorder(h.pixels.x, h.pixels.y, p.ch, p.v);
        running.update().reorder(h.bins.x, p.ch, p.v);
        below_largest.update().reorder(h.all_bins.x, p.ch, p.v);
        for (Func func : {counts, running, below_largest}) {
            func.update().gpu_blocks(p.v).gpu_threads(p.ch);
        }
    }
};

// Whether a view's images fit in a block's shared memory: all but the last, and the blurs' sums.
bool fits_a_block(const dsl::Views &views, int size) {
    if (size == 0 || !views.histograms.empty()) {
        return false;
    }
    const size_t images = views.image.size() - 1 + views.blurs.size();
    return images * 3 * sizeof(float) * size * size <= shared_bytes;
}

} // namespace

void views_gpu(dsl::Views &views, const ViewsGpu &tuned, int size) {
    check(tuned);
    if (fits_a_block(views, size)) {
        ViewPerBlock(views, tuned).run();
    } else {
        StagePerKernel(views, tuned).run();
    }
}

} // namespace haliclr::schedules
