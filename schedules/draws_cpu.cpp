// CPU schedule of the draws: tasks of many rows, a vector over rows.
#include "schedules/draws.h"

#include <stdexcept>
#include <string>

namespace haliclr::schedules {

using Halide::Func;
using Halide::RDom;
using Halide::Stage;
using Halide::TailStrategy;
using Halide::Var;

void draws_cpu(dsl::Draws &draws, const DrawsCpu &tuned) {
    if (tuned.vector_width < 1) {
        throw std::invalid_argument("[draws] vector_width is " +
                                    std::to_string(tuned.vector_width) + "; use at least 1");
    }
    if (tuned.rows_per_task < 1 || tuned.rows_per_task % tuned.vector_width != 0) {
        throw std::invalid_argument(
            "[draws] rows_per_task is " + std::to_string(tuned.rows_per_task) +
            "; use a multiple of vector_width, " + std::to_string(tuned.vector_width));
    }
    Var task("task"), vector("vector"), lane("lane");
    draws.draws.compute_root()
        .bound(draws.column, 0, draws.columns)
        .split(draws.row, task, draws.row, tuned.rows_per_task, TailStrategy::GuardWithIf)
        .split(draws.row, vector, lane, tuned.vector_width, TailStrategy::GuardWithIf)
        .reorder(draws.column, lane, vector, task)
        .unroll(draws.column)
        .vectorize(lane)
        .parallel(task);
    draws.words.compute_at(draws.draws, vector)
        .bound_storage(draws.block, dsl::Draws::block_count)
        .reorder_storage(draws.row, draws.block)
        .vectorize(draws.row, tuned.vector_width, TailStrategy::GuardWithIf);
    const auto by_rows = [&](Stage stage) {
        stage.vectorize(draws.row, tuned.vector_width, TailStrategy::GuardWithIf);
    };
    const auto by_attempts = [&](Func func, const RDom &attempt) {
        func.compute_at(draws.draws, vector);
        by_rows(func);
        by_rows(func.update().reorder(draws.row, attempt.x));
    };
    for (const dsl::Attempts &attempts : draws.attempts) {
        if (!attempts.has_later) {
            by_attempts(attempts.found, attempts.attempt);
            continue;
        }
        by_attempts(attempts.first_found, attempts.attempt);
        // Few rows need more attempts: each is a branch of its own.
        Func found = attempts.found;
        found.compute_at(draws.draws, vector);
        by_rows(found);
        found.update().reorder(attempts.later.x, draws.row);
    }
}

} // namespace haliclr::schedules
