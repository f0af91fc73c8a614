// Which GPU schedule the views take, and what both have in common.
#include "schedules/views_gpu.h"

#include <stdexcept>
#include <string>

namespace haliclr::schedules {

using Halide::Func;
using Halide::MemoryType;

namespace {

constexpr size_t shared_bytes = 44 << 10; // the rest of 48 KB is for what is one of a view

void check(const ViewsGpu &tuned) {
    const int x = tuned.threads_x, y = tuned.threads_y;
    if (x < 1 || y < 1 || x > 1024 || y > 1024 || x * y > 1024) {
        throw std::invalid_argument("[views] threads_x is " + std::to_string(x) +
                                    " and threads_y " + std::to_string(y) +
                                    "; use 1 to 1024, at most 1024 together");
    }
    if (tuned.thread_rows < 1 || tuned.thread_rows > 64) {
        throw std::invalid_argument("[views] thread_rows is " + std::to_string(tuned.thread_rows) +
                                    "; use 1 to 64");
    }
}

// Whether a view's images fit in a block's shared memory: all but the last, the blurs' sums, and
// the tables of columns and rows.
bool fits_a_block(const dsl::Views &views, int size) {
    if (size == 0 || !views.histograms.empty()) {
        return false;
    }
    const size_t images = views.image.size() - 1 + views.blurs.size();
    size_t table_values = 0; // of a column and a row
    for (const dsl::Resampling &r : views.resamplings) {
        table_values += (r.has_two_taps ? 3 + 3 : 0) + (r.has_filter ? 4 + 4 : 0);
    }
    return (images * 3 * size * size + table_values * size) * sizeof(float) <= shared_bytes;
}

} // namespace

void ViewsGpuTables::schedule_plans() const {
    keep_of_views(p.source);
    for (Func plan : p.slot_plans) {
        keep_of_views(plan);
        plan.bound(p.slot, 0, 4).unroll(p.slot);
    }
    for (const Func &plan : p.view_plans) {
        keep_of_views(plan);
    }
}

// What is the same for a view, or for a column or a row of it, is made once.
void ViewsGpuTables::schedule_resampling(const dsl::Resampling &r) const {
    keep_of_views(r.window);
    if (r.has_two_taps) {
        keep_along(r.columns, p.x);
        keep_along(r.rows, p.y);
    }
    if (r.has_filter) {
        const dsl::ViewImage &image = p.image[r.image];
        filter_per_pixel(r, filter_loops(image.func, image.stages[r.filter_stage()]));
        keep_of_views(r.tap_steps);
        table_along(p.x, r.column_taps, r.across, r.across_sum);
        table_along(p.y, r.row_taps, r.down, r.down_sum);
    }
}

void ViewsGpuTables::table_along(const Halide::Var &along, Func taps, Func first, Func sum) const {
    keep_along(taps, along);
    first.compute_at(entry_of(taps)).store_in(MemoryType::Register);
    sum.compute_at(entry_of(taps)).store_in(MemoryType::Register);
}

// What the loop over taps reads of tables is held in registers: the compiler would read it again
// for every tap, as it does not know that there is one.
void ViewsGpuTables::filter_per_pixel(const dsl::Resampling &r, const PixelLoops &loops) const {
    Func filtered = r.filtered;
    filtered.compute_at(loops.pixel).store_in(MemoryType::Register);
    filtered.update().reorder(r.taps.x, r.taps.y);
    const auto hold = [&](Func table, const Halide::LoopLevel &level) {
        table.in(filtered).compute_at(level).store_in(MemoryType::Register);
    };
    for (const Func &table : {r.window, r.tap_steps, r.column_taps}) {
        hold(table, loops.thread);
    }
    if (r.image == 0) { // else it reads the image before
        hold(p.source, loops.thread);
    }
    hold(r.row_taps, loops.pixel);
}

void views_gpu(dsl::Views &views, const ViewsGpu &tuned, int size) {
    check(tuned);
    if (fits_a_block(views, size)) {
        views_gpu_block(views, tuned);
    } else {
        views_gpu_images(views, tuned);
    }
}

} // namespace haliclr::schedules
