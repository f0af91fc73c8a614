// The schedule of unit rows that the GPU back ends share; only their files include this one.
#pragma once

#include "schedules/unit_rows.h"

#include <stdexcept>
#include <string>

namespace haliclr::schedules::unit_rows_gpu {

using namespace Halide;

// A block of threads a row, a thread a lane; then a thread an element. Not timed on a GPU yet.
inline void schedule(dsl::UnitRows &rows, const UnitRowsGpu &tuned) {
    if (tuned.threads < 1 || tuned.threads > 256) {
        throw std::invalid_argument("[unit_rows] threads = " + std::to_string(tuned.threads) +
                                    " must be in 1 .. 256");
    }
    Var chunk{"chunk"};
    const Var &i = rows.i, &lane = rows.lane;
    rows.norms.compute_root().gpu_blocks(i);
    for (Func *sum : {&rows.lane_largest, &rows.lane_squares}) {
        sum->compute_at(rows.norms, i)
            .bound(lane, 0, dsl::UnitRows::lanes)
            .store_in(MemoryType::GPUShared)
            .gpu_threads(lane);
        sum->update(0).reorder(rows.full, lane).gpu_threads(lane);
        sum->update(1).gpu_threads(lane);
    }
    rows.largest.compute_at(rows.norms, i).store_in(MemoryType::GPUShared);
    rows.squares.compute_at(rows.norms, i);
    rows.inverse_norms.compute_root().gpu_tile(i, chunk, i, tuned.threads,
                                               TailStrategy::GuardWithIf);
    RVar outer{"outer"}, inner{"inner"};
    rows.unit.compute_root().gpu_tile(rows.d, chunk, rows.d, tuned.threads,
                                      TailStrategy::GuardWithIf);
    rows.unit.gpu_blocks(i);
    rows.unit.update()
        .split(rows.inside, outer, inner, tuned.threads, TailStrategy::GuardWithIf)
        .gpu_blocks(outer, i)
        .gpu_threads(inner);
}

} // namespace haliclr::schedules::unit_rows_gpu
