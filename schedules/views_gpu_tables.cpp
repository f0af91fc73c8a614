// Tables of the views on a GPU, in a block or in device memory.
#include "schedules/views_gpu_tables.h"

namespace haliclr::schedules {

using Halide::Func;
using Halide::MemoryType;
using Halide::Stage;
using Halide::TailStrategy;
using Halide::Var;

namespace {

// The tables that read another make it for themselves. One clone for all of them: of several
// Halide loses the first.
void clone_for_readers(Func table, std::vector<Func> readers) {
    std::erase_if(readers, [&](const Func &reader) {
        return !reader.defined() ||
               !Halide::Internal::find_direct_calls(reader.function()).contains(table.name());
    });
    if (!readers.empty()) {
        table.clone_in(readers);
    }
}

} // namespace

void ViewsGpuTables::schedule_tables() {
    schedule_plans();
    for (const dsl::Resampling &resampling : p.resamplings) {
        schedule_resampling(resampling);
    }
}

void ViewsGpuTables::schedule_plans() {
    keep_of_views(p.source);
    for (const Func &plan : p.view_plans) {
        keep_of_views(plan);
    }
}

void ViewsGpuTables::schedule_resampling(const dsl::Resampling &r) {
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

void ViewsGpuTables::table_along(const Halide::Var &along, Func taps, Func first, Func sum) {
    keep_along(taps, along);
    for (Func of_entry : {first, sum}) {
        of_entry.compute_at(entry_of(taps)).store_in(MemoryType::Register).bound_extent(along, 1);
    }
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

void ViewsGpuKeptTables::schedule_shared_tables() {
    part_tables();
    schedule_tables();
    for (const std::vector<Func> &tables : {of_views, of_columns, of_rows}) {
        in_one_kernel(tables);
    }
}

void ViewsGpuKeptTables::keep_of_views(Func table) {
    table.compute_root()
        .gpu_tile(p.v, block_x, thread_x, threads, TailStrategy::GuardWithIf)
        .never_partition(block_x, thread_x);
    of_views.push_back(table);
}

void ViewsGpuKeptTables::keep_along(Func table, const Var &along) {
    by_lines(table, along, threads);
    (along.same_as(p.x) ? of_columns : of_rows).push_back(table);
}

void ViewsGpuKeptTables::by_lines(Func func, const Var &along, int line_threads) const {
    func.compute_root()
        .gpu_tile(along, block_x, thread_x, line_threads, TailStrategy::GuardWithIf)
        .gpu_blocks(p.v)
        .never_partition(block_x, thread_x, p.v);
}

// What shares a launch may not read one another.
void ViewsGpuKeptTables::part_tables() const {
    std::vector<Func> readers;
    for (const dsl::Resampling &r : p.resamplings) {
        readers.insert(readers.end(), {r.window, r.tap_steps});
    }
    clone_for_readers(p.source, readers);
}

// Their loops are not partitioned, as the parts could not be taken together.
void ViewsGpuKeptTables::in_one_kernel(const std::vector<Func> &tables) const {
    for (size_t i = 1; i < tables.size(); i++) {
        Func table = tables[i];
        table.compute_with(Stage(tables[0]), thread_x);
    }
}

} // namespace haliclr::schedules
