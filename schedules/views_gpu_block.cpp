// Small views on a GPU: a block a view, in one kernel.
#include "schedules/views_gpu_tables.h"

namespace haliclr::schedules {

using Halide::Func;
using Halide::LoopLevel;
using Halide::MemoryType;
using Halide::Stage;
using Halide::TailStrategy;
using Halide::Var;

namespace {

// One block a view, the images in shared memory but the last, the threads over the pixels, barriers
// between images. Every thread takes a guard's same branch, as it depends on the view alone.
class ViewPerBlock : ViewsGpuTables {
public:
    ViewPerBlock(dsl::Views &views, const ViewsGpu &tuned)
        : ViewsGpuTables(views, tuned), view(views.views, views.v) {}

    void run() {
        p.views.compute_root().gpu_blocks(p.v);
        thread_pixels(p.views);
        p.views.reorder(p.c, column, row, thread_x, thread_y, p.v).unroll(p.c);
        for (size_t i = 0; i < p.image.size(); i++) {
            schedule_image(p.image[i], i + 1 == p.image.size());
        }
        schedule_tables();
        for (const dsl::ImageMean &mean : p.means) {
            schedule_mean(mean);
        }
        for (const dsl::Blur &blur : p.blurs) {
            schedule_blur(blur);
        }
    }

private:
    Var column{"column"}, row{"row"}, thread_x{"thread_x"}, thread_y{"thread_y"};
    const LoopLevel view;

    void keep_in_block(Func func) const { func.compute_at(view).store_in(MemoryType::GPUShared); }

    // By one thread in one piece, which needs one barrier after it.
    void keep_of_views(Func func) override {
        keep_in_block(func);
        func.gpu_threads(p.v);
    }

    void keep_along(Func func, const Var &along) override {
        keep_in_block(func);
        thread_line(func, along);
    }

    LoopLevel entry_of(Func table) const override { return {table, column}; }

    PixelLoops filter_loops(Func image, const dsl::GuardedStage &stage) const override {
        const LoopLevel pixel(image, stage.guard.x);
        return {pixel, pixel};
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

    // A thread a column, then one thread over the columns' sums.
    void schedule_mean(const dsl::ImageMean &m) {
        Func mean = m.mean, column_sum = m.column_sum;
        keep_in_block(mean);
        column_sum.compute_at(mean, m.image_columns.y).store_in(MemoryType::GPUShared);
        thread_line(column_sum, p.x);
        thread_line(column_sum.update(), p.x);
        column_sum.update().reorder(m.image_rows, column, thread_x);
    }

    void schedule_blur(const dsl::Blur &blur) {
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
        keep_of_views(bell_sum);
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
