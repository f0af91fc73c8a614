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
        for (size_t i = 0; i < p.image.size(); i++) {
            schedule_image(p.image[i], i + 1 == p.image.size());
        }
        for (const dsl::Resampling &r : p.resamplings) {
            schedule_resampling(r);
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

    void keep_in_block(Func func) const { func.compute_at(view).store_in(MemoryType::GPUShared); }

    // By one thread in one piece, which needs one barrier after it.
    void keep_of_view(Func func) const {
        keep_in_block(func);
        func.gpu_threads(p.v);
    }

    void thread_pixels(Stage stage) const {
        stage.split(p.x, column, thread_x, tuned.threads_x, TailStrategy::GuardWithIf)
            .split(p.y, row, thread_y, tuned.threads_y, TailStrategy::GuardWithIf)
            .reorder(column, row, thread_x, thread_y)
            .gpu_threads(thread_x, thread_y);
    }

    void thread_line(Stage stage, const Var &along) const {
        stage.split(along, column, thread_x, tuned.threads_x, TailStrategy::GuardWithIf)
            .reorder(column, thread_x)
            .gpu_threads(thread_x);
    }

    void schedule_plans() const {
        keep_of_view(p.source);
        for (Func plan : p.slot_plans) {
            keep_of_view(plan);
            plan.bound(p.slot, 0, 4).unroll(p.slot);
        }
        for (const Func &plan : p.view_plans) {
            keep_of_view(plan);
        }
    }

    // A pixel goes through all stages of its image in registers, and from there to shared memory
    // or, of the last image, to the views.
    void schedule_image(const dsl::ViewImage &image, bool is_last) const {
        Func func = image.func;
        Func whole = is_last ? p.views : func.in();
        if (!is_last) {
            keep_in_block(whole);
            thread_pixels(whole);
        }
        func.compute_at(whole, column);
    }

    // What is the same for a view, or for a column or a row of it, is made once for the block.
    void schedule_resampling(const dsl::Resampling &r) const {
        keep_of_view(r.window);
        if (r.has_two_taps) {
            keep_in_block(r.columns);
            keep_in_block(r.rows);
            thread_line(r.columns, p.x);
            thread_line(r.rows, p.y);
        }
        if (r.has_filter) {
            const dsl::ViewImage &image = p.image[r.image];
            const LoopLevel pixel(image.func, image.stages[r.has_two_taps ? 1 : 0].guard.x);
            filter_per_pixel(p, r, pixel, pixel);
            keep_of_view(r.tap_steps);
            table_along(p.x, r.column_taps, r.across, r.across_sum);
            table_along(p.y, r.row_taps, r.down, r.down_sum);
        }
    }

    void table_along(const Var &along, Func taps, Func first, Func sum) const {
        keep_in_block(taps);
        thread_line(taps, along);
        first.compute_at(taps, column).store_in(MemoryType::Register);
        sum.compute_at(taps, column).store_in(MemoryType::Register);
    }

    // A thread a column, then one thread over the columns' sums.
    void schedule_mean(const dsl::ImageMean &m) const {
        Func mean = m.mean, column_sum = m.column_sum;
        keep_in_block(mean);
        column_sum.compute_at(mean, m.image_columns.y).store_in(MemoryType::GPUShared);
        thread_line(column_sum, p.x);
        thread_line(column_sum.update(), p.x);
        column_sum.update().reorder(m.image_rows, column, thread_x);
    }

    void schedule_blur(const dsl::Blur &blur) const {
        const dsl::ViewImage &target = p.image[blur.image];
        Func blur_x = blur.blur_x, blur_y = blur.blur_y, weight = blur.tap_weight;
        Func bell_sum = blur.bell_sum;
        keep_in_block(blur_x);
        thread_pixels(blur_x);
        thread_pixels(blur_x.update());
        blur_x.update()
            .reorder(blur.taps_across, column, row, thread_x, thread_y)
            .unroll(blur.taps_across);
        keep_in_block(weight);
        weight.gpu_threads(p.tap);
        keep_of_view(bell_sum);
        bell_sum.update().gpu_threads(p.v);
        blur_y.compute_at(target.func, target.stages[blur.stage].guard.x)
            .update()
            .unroll(blur.taps);
    }
};

} // namespace

void views_gpu_block(dsl::Views &views, const ViewsGpu &tuned) {
    ViewPerBlock(views, tuned).run();
}

} // namespace haliclr::schedules
