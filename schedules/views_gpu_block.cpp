// Small views on a GPU: a block a view, in one kernel.
#include "schedules/views_gpu.h"

namespace haliclr::schedules {

using Halide::Func;
using Halide::LoopLevel;
using Halide::MemoryType;
using Halide::Stage;
using Halide::TailStrategy;
using Halide::Var;

namespace {

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
                const LoopLevel of_pixel = last ? pixel : LoopLevel(p.image[r.image].func, column);
                Func across_sum = r.across_sum, down_sum = r.down_sum;
                filter_per_pixel(r, of_pixel);
                across_sum.compute_at(of_pixel);
                down_sum.compute_at(of_pixel);
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

} // namespace

void views_gpu_block(dsl::Views &views, const ViewsGpu &tuned) {
    ViewPerBlock(views, tuned).run();
}

} // namespace haliclr::schedules
