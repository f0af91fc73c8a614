// Views of any size on a GPU: a kernel an image.
#include "schedules/views_gpu_tables.h"

namespace haliclr::schedules {

using Halide::Func;
using Halide::LoopLevel;
using Halide::MemoryType;
using Halide::TailStrategy;
using Halide::Var;

namespace {

// For any size and sequence: every image in device memory, where a kernel writes it that takes each
// of its pixels through all stages in registers. What an operator reads beside its own pixel begins
// an image, so that there are as few kernels as there can be. A guard is asked once for the
// thread's rows. Holds three floats a pixel of every view for each image but the last.
class KernelPerImage : ViewsGpuKeptTables {
public:
    KernelPerImage(dsl::Views &views, const ViewsGpu &tuned, int most_blur_bytes)
        : ViewsGpuKeptTables(views, tuned), most_blur_bytes(most_blur_bytes) {}

    void run() {
        const int last = static_cast<int>(p.image.size()) - 1;
        if (p.unblurred >= 0) {
            dsl::ViewImage stored_at_once = p.image[p.unblurred];
            stored_at_once.func = stored_at_once.func.clone_in(p.views);
            make_by_tiles(stored_at_once, {p.views, nullptr, p, tuned});
        }
        for (int image = 0; image < last; image++) {
            schedule_image(image, kept(image), nullptr);
        }
        schedule_image(last, p.views, p.unblurred >= 0 ? &p.blurred_stage : nullptr);
        schedule_shared_tables();
        for (const dsl::Resampling &r : p.resamplings) {
            cover_tiles(r);
        }
        for (const dsl::ImageMean &mean : p.means) {
            schedule_mean(mean);
        }
        for (const dsl::Histogram &histogram : p.histograms) {
            schedule_histogram(histogram);
        }
    }

private:
    static constexpr int weight_threads = 32; // there are few taps
    const int most_blur_bytes;

    PixelLoops filter_loops(Func image, const dsl::GuardedStage &stage) const override {
        const Var row{"filtered_row"};
        image.update(stage.index).rename(p.y, row);
        return {{image, stage.guard.x}, {image, row}};
    }

    // The Func by which an image but the last is kept. A blur reads its image with the borders,
    // unless that is blurred itself: a tile of a blur has no mirrored pixels.
    Func kept(int image) const {
        const dsl::Blur *next = blur_of(p, image + 1);
        if (next != nullptr && blur_of(p, image) == nullptr) {
            return next->padded;
        }
        Func func = p.image[image].func;
        return func.in();
    }

    void schedule_image(int index, Func whole, const dsl::GuardedStage *stage) {
        const dsl::Blur *blur = blur_of(p, index);
        whole.compute_root();
        const ViewTiles tiles(whole, stage, p,
                              blur == nullptr ? tuned : blur_tiles(*blur, tuned, most_blur_bytes));
        make_by_tiles(p.image[index], tiles);
        if (blur != nullptr) {
            blur_by_tiles(p, *blur, tiles, most_blur_bytes);
            schedule_weights(*blur);
        }
    }

    // A thread takes its pixels through the image's stages.
    void make_by_tiles(const dsl::ViewImage &image, const ViewTiles &tiles) const {
        Func func = image.func;
        // One column, which Halide does not see where the size is not known.
        func.compute_at(tiles.thread())
            .store_in(MemoryType::Register)
            .bound_extent(p.x, 1)
            .bound_extent(p.y, tiles.rows)
            .unroll(p.y);
        for (const dsl::GuardedStage &stage : image.stages) {
            func.update(stage.index).reorder(p.x, p.y, stage.guard.x, p.v).unroll(p.y);
        }
    }

    // A block makes whole tiles, also beyond the image: what tells where they read is made for them
    // too. Nothing else that an image reads is an index which is not clamped.
    void cover_tiles(const dsl::Resampling &r) const {
        const int rows = tuned.threads_y * tuned.thread_rows;
        if (r.has_two_taps) {
            Func(r.rows).align_bounds(p.y, rows);
        }
        if (r.has_filter) {
            Func(r.row_taps).align_bounds(p.y, rows);
        }
    }

    // A block a view: the sums of a thread's columns, then of all threads' by the first of each
    // group, then of the groups.
    void schedule_mean(const dsl::ImageMean &m) const {
        constexpr int group_threads = 16;
        Halide::RVar pass{"pass"}, thread{"thread"}, group{"group"};
        const Var thread_of{"thread_of"}, group_of{"group_of"};
        Func mean = m.mean, column_sum = m.column_sum, whole = mean.in();
        whole.compute_root().gpu_blocks(p.v);
        mean.compute_at(whole, p.v).store_in(MemoryType::GPUShared);
        Func of_thread =
            mean.update()
                .split(m.image_columns.x, pass, thread, threads, TailStrategy::GuardWithIf)
                .rfactor(thread, thread_of);
        Func of_group = mean.update()
                            .split(thread, group, thread, group_threads, TailStrategy::GuardWithIf)
                            .rfactor(group, group_of);
        const auto keep = [&](Func sums, const Var &along) {
            sums.compute_at(whole, p.v).store_in(MemoryType::GPUShared).gpu_threads(along);
            sums.update().gpu_threads(along);
        };
        keep(of_thread, thread_of);
        keep(of_group, group_of);
        of_thread.update().reorder(m.image_columns.y, pass, thread_of);
        of_group.update().reorder(thread, group_of);
        column_sum.compute_at(of_thread, pass).store_in(MemoryType::Register).bound_extent(p.x, 1);
    }

    // A block a view, each of whose threads adds up the weights for itself.
    void schedule_weights(const dsl::Blur &blur) const {
        Func weight = blur.tap_weight, bell_sum = blur.bell_sum;
        by_lines(weight, p.tap, weight_threads);
        bell_sum.compute_at(weight, thread_x).store_in(MemoryType::Register);
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

ViewTiles::ViewTiles(Func whole, const dsl::GuardedStage *stage, const dsl::Views &views,
                     const ViewsGpu &tuned)
    : whole(whole), threads_x(tuned.threads_x), threads_y(tuned.threads_y),
      rows(tuned.thread_rows) {
    Halide::Stage loops = stage == nullptr ? Halide::Stage(whole) : whole.update(stage->index);
    loops.split(views.x, block_x, thread_x, threads_x, TailStrategy::GuardWithIf)
        .split(views.y, block_y, row, threads_y * rows, TailStrategy::GuardWithIf)
        .split(row, thread_y, row, rows);
    std::vector<Halide::VarOrRVar> order = {row, thread_x, thread_y, block_x, block_y, views.v};
    if (stage != nullptr) {
        order.insert(order.begin() + 1, stage->guard.x);
    }
    if (whole.dimensions() == 4) {
        order.insert(order.begin(), views.c);
        loops.unroll(views.c);
    }
    loops.reorder(order)
        .unroll(row)
        .gpu_blocks(block_x, block_y, views.v)
        .gpu_threads(thread_x, thread_y)
        // Else all stages stand there twice, once without the checks of the last tile.
        .never_partition(block_x, block_y, thread_x, thread_y, row);
}

void views_gpu_images(dsl::Views &views, const ViewsGpu &tuned, int most_blur_bytes) {
    KernelPerImage(views, tuned, most_blur_bytes).run();
}

} // namespace haliclr::schedules
