// Views of any size on a GPU: a kernel a stage.
#include "schedules/views_gpu.h"

#include <algorithm>

namespace haliclr::schedules {

using Halide::Func;
using Halide::LoopLevel;
using Halide::Stage;
using Halide::TailStrategy;
using Halide::Var;

namespace {

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
                schedule_filter(r);
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

    // Along x or y, a block a part of one view's line.
    void thread_line(Stage stage, const Var &along) const {
        stage.gpu_tile(along, block_x, thread_x, threads, TailStrategy::GuardWithIf)
            .gpu_blocks(p.v);
    }

    bool is_blur(const dsl::ViewImage &image, const dsl::GuardedStage &stage) const {
        return std::any_of(p.blurs.begin(), p.blurs.end(), [&](const dsl::Blur &blur) {
            return &p.image[blur.image] == &image && &image.stages[blur.stage] == &stage;
        });
    }

    void schedule_image(const dsl::ViewImage &image) const {
        Func func = image.func;
        func.compute_root();
        tile(func);
        for (const dsl::GuardedStage &stage : image.stages) {
            if (!is_blur(image, stage)) {
                tile(func.update(stage.index).reorder(stage.guard.x, p.x, p.y, p.v));
            }
        }
    }

    // What is the same for a view, or for a column or a row of it, is made once.
    void schedule_filter(const dsl::Resampling &r) const {
        filter_per_pixel(r, LoopLevel(p.image[r.image].func, thread_x));
        Func window = r.window, across = r.across, across_sum = r.across_sum, down = r.down,
             down_sum = r.down_sum;
        window.compute_root();
        thread_views(window);
        for (Func of_columns : {across, across_sum}) {
            of_columns.compute_root();
            thread_line(of_columns, p.x);
        }
        for (Func of_rows : {down, down_sum}) {
            of_rows.compute_root();
            thread_line(of_rows, p.y);
        }
        thread_line(across_sum.update(), p.x);
        thread_line(down_sum.update(), p.y);
    }

    void schedule_mean(const dsl::ImageMean &m) const {
        Func mean = m.mean, column_sum = m.column_sum;
        mean.compute_root();
        thread_views(mean);
        // A thread beyond the last view would read the draws of its guard all the same.
        mean.update().gpu_blocks(p.v);
        column_sum.compute_root();
        thread_line(column_sum, p.x);
        thread_line(column_sum.update(), p.x);
    }

    // Both passes are one kernel; the weights are made before it.
    void schedule_blur(const dsl::Blur &blur) const {
        views_gpu_blur(p, blur, tuned);
        Func weight = blur.tap_weight, bell_sum = blur.bell_sum;
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

} // namespace

void views_gpu_stages(dsl::Views &views, const ViewsGpu &tuned) {
    StagePerKernel(views, tuned).run();
}

} // namespace haliclr::schedules
