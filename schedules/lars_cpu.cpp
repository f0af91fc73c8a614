// LARS on CPU: two parallel passes over the flat buffers, bound by memory (28 bytes a parameter).
//
// `haliclr bench --operator lars`, 2 threads on 2 cores of an AMD EPYC: 28 million parameters in 19
// ms (fastest 10), 53 % of the copy rate that the same run measured.
#include "schedules/lars.h"

#include <stdexcept>
#include <string>

namespace haliclr::schedules {

using Halide::TailStrategy;
using Halide::Var;

namespace {

void check(const LarsCpu &tuned) {
    if (tuned.vector_size < 1 || dsl::Lars::chunk_strands % tuned.vector_size != 0) {
        throw std::invalid_argument("[lars_cpu] vector_size " + std::to_string(tuned.vector_size) +
                                    ": use a divisor of 32");
    }
    if (tuned.chunks_per_task < 1) {
        throw std::invalid_argument("[lars_cpu] chunks_per_task " +
                                    std::to_string(tuned.chunks_per_task) + ": use at least 1");
    }
}

} // namespace

void lars_cpu(dsl::Lars &lars, const LarsCpu &tuned) {
    check(tuned);
    Var task{"task"}, in_task{"in_task"}, chunk{"chunk"};

    lars.owned.compute_root();
    Halide::Func sums = lars.chunk_squares.in();
    sums.compute_root()
        .split(lars.chunk, task, in_task, tuned.chunks_per_task, TailStrategy::GuardWithIf)
        .parallel(task);
    lars.chunk_squares.compute_at(sums, in_task);
    // All strands of a chunk stay in registers while the chunk is read once, front to back.
    lars.strand_squares.compute_at(sums, in_task)
        .bound_extent(lars.strand, dsl::Lars::chunk_strands)
        .vectorize(lars.strand, tuned.vector_size)
        .unroll(lars.strand);
    lars.strand_squares.update()
        .reorder(lars.strand, lars.rows)
        .vectorize(lars.strand, tuned.vector_size, TailStrategy::GuardWithIf)
        .unroll(lars.strand);
    lars.strand_squares.update(1).reorder(lars.strand, lars.last_row);

    lars.ratio.compute_root();
    lars.squares.compute_at(lars.ratio, lars.tensor);
    lars.tensor_squares.compute_at(lars.ratio, lars.tensor);

    // A tail that is shifted inwards would apply the step twice where the output is the input.
    lars.step.split(lars.element, chunk, lars.element, tuned.chunk_size, TailStrategy::GuardWithIf)
        .split(chunk, task, chunk, tuned.chunks_per_task, TailStrategy::GuardWithIf)
        .vectorize(lars.element, tuned.vector_size, TailStrategy::GuardWithIf)
        .parallel(task);
    lars.stepped.compute_at(lars.step, lars.element)
        .vectorize(lars.element, tuned.vector_size, TailStrategy::GuardWithIf);
}

} // namespace haliclr::schedules
