// Multi-tensor updates on CPU: two parallel passes over the flat buffers, bound by memory.
#include "schedules/multi_tensor.h"

#include <stdexcept>
#include <string>

namespace haliclr::schedules {

using dsl::MultiTensor;
using Halide::Func;
using Halide::TailStrategy;
using Halide::Var;

namespace {

void check(const MultiTensorCpu &tuned) {
    if (tuned.vector_size < 1 || MultiTensor::chunk_strands % tuned.vector_size != 0) {
        throw std::invalid_argument("[multi_tensor_cpu] vector_size " +
                                    std::to_string(tuned.vector_size) + ": use a divisor of 32");
    }
    if (tuned.chunks_per_task < 1) {
        throw std::invalid_argument("[multi_tensor_cpu] chunks_per_task " +
                                    std::to_string(tuned.chunks_per_task) + ": use at least 1");
    }
}

// All strands of a chunk stay in registers while the chunk is read once, front to back.
void sum_in_registers(Func &strands, const Var &strand, const Halide::RDom &rows, int vector_size) {
    strands.bound_extent(strand, MultiTensor::chunk_strands)
        .vectorize(strand, vector_size)
        .unroll(strand);
    strands.update().reorder(strand, rows).vectorize(strand, vector_size).unroll(strand);
}

} // namespace

void multi_tensor_cpu(MultiTensor &update, const MultiTensorCpu &tuned) {
    check(tuned);
    Var task{"task"};
    auto by_task = [&](Func func) {
        func.split(update.chunk, task, update.chunk, tuned.chunks_per_task,
                   TailStrategy::GuardWithIf)
            .parallel(task);
    };
    update.owned.compute_root();
    Func sums = update.chunk_squares.in();
    by_task(sums.compute_root());
    update.chunk_squares.compute_at(sums, update.chunk);
    update.strand_squares.compute_at(sums, update.chunk);
    sum_in_registers(update.strand_squares, update.strand, update.rows, tuned.vector_size);

    update.verdict.compute_root()
        .bound(update.column, 0, update.columns)
        .reorder(update.column, update.tensor)
        .unroll(update.column);
    update.squares.compute_at(update.verdict, update.tensor);
    update.tensor_squares.compute_at(update.verdict, update.tensor);
    update.sound_strands.compute_root();
    update.sound.compute_root();

    by_task(update.step.bound(update.lane, 0, tuned.chunk_size)
                .vectorize(update.lane, tuned.vector_size));
    update.stepped.vectorize(update.lane, tuned.vector_size);
    if (!update.weight_norm) {
        update.stepped.compute_at(update.step, update.lane);
        return;
    }
    // The step of a chunk waits in the cache until it has been stored and summed.
    update.stepped.compute_at(update.step, update.chunk).store_in(Halide::MemoryType::Stack);
    by_task(update.weight_squares);
    update.weight_squares.compute_with(update.step, update.chunk);
    update.new_chunk_squares.compute_at(update.weight_squares, update.chunk);
    update.new_strand_squares.compute_at(update.weight_squares, update.chunk);
    sum_in_registers(update.new_strand_squares, update.strand, update.new_rows, tuned.vector_size);
}

} // namespace haliclr::schedules
