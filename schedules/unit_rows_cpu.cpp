// Unit rows on CPUs.
#include "schedules/unit_rows.h"

#include <stdexcept>
#include <string>

namespace haliclr::schedules {

using namespace Halide;

void unit_rows_cpu(dsl::UnitRows &rows, const UnitRowsCpu &tuned) {
    if (tuned.vector < 1 || dsl::UnitRows::lanes % tuned.vector != 0) {
        throw std::invalid_argument("[unit_rows] vector = " + std::to_string(tuned.vector) +
                                    " must divide " + std::to_string(dsl::UnitRows::lanes));
    }
    if (tuned.rows_per_task < 1) {
        throw std::invalid_argument("[unit_rows] rows_per_task = " +
                                    std::to_string(tuned.rows_per_task) + " must be at least 1");
    }
    Var task{"task"};
    const Var &i = rows.i, &d = rows.d, &lane = rows.lane;
    rows.norms.compute_root()
        .split(i, task, i, tuned.rows_per_task, TailStrategy::GuardWithIf)
        .parallel(task);
    for (Func *sum : {&rows.lane_largest, &rows.lane_squares}) {
        sum->compute_at(rows.norms, i).bound(lane, 0, dsl::UnitRows::lanes);
        sum->vectorize(lane, tuned.vector);
        sum->update(0).reorder(lane, rows.full).vectorize(lane, tuned.vector).unroll(lane);
        sum->update(1).unscheduled(); // the cut run: a few elements a row
    }
    for (Func *sum : {&rows.largest, &rows.squares}) {
        sum->compute_at(rows.norms, i);
        sum->update().atomic().vectorize(rows.over_lanes, dsl::UnitRows::lanes);
    }
    rows.inverse_norms.compute_root();
    rows.unit.compute_root()
        .split(i, task, i, tuned.rows_per_task, TailStrategy::GuardWithIf)
        .vectorize(d, tuned.vector)
        .parallel(task);
    rows.unit.update()
        .split(i, task, i, tuned.rows_per_task, TailStrategy::GuardWithIf)
        .vectorize(rows.inside, tuned.vector, TailStrategy::GuardWithIf)
        .parallel(task);
}

} // namespace haliclr::schedules
