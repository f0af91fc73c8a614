// What the CUDA and OpenCL schedules of multi-tensor updates share: three launches (sums of chunks,
// verdicts of tensors, update) without vector loads, predication or atomics.
#pragma once

#include "schedules/multi_tensor.h"

#include <stdexcept>
#include <string>

namespace haliclr::schedules {

// most_threads: the largest block that every device of the back end accepts.
inline void check_multi_tensor_gpu(const MultiTensorGpu &tuned, const std::string &name,
                                   int most_threads) {
    const int most_chunks = most_threads / dsl::MultiTensor::chunk_strands;
    if (tuned.chunks_per_block < 1 || tuned.chunks_per_block > most_chunks) {
        throw std::invalid_argument("[" + name + "] chunks_per_block " +
                                    std::to_string(tuned.chunks_per_block) + ": use 1 to " +
                                    std::to_string(most_chunks));
    }
    if (tuned.threads < 1 || tuned.threads > most_threads ||
        tuned.chunk_size % tuned.threads != 0) {
        throw std::invalid_argument("[" + name + "] threads " + std::to_string(tuned.threads) +
                                    ": use a divisor of the chunk, at most " +
                                    std::to_string(most_threads));
    }
}

// A thread owns a strand, then one a chunk adds the strands: neighbours read neighbours.
inline void sum_chunks(dsl::MultiTensor &update, const MultiTensorGpu &tuned) {
    using Halide::TailStrategy;
    Halide::Var block{"block"}, thread{"thread"};
    Halide::Func sums = update.chunk_squares.in();
    sums.compute_root().gpu_tile(update.chunk, block, thread, tuned.chunks_per_block,
                                 TailStrategy::GuardWithIf);
    update.chunk_squares.compute_at(sums, thread);
    update.strand_squares.compute_at(sums, block)
        .bound_extent(update.strand, dsl::MultiTensor::chunk_strands)
        .gpu_threads(update.strand, update.chunk);
    update.strand_squares.update()
        .reorder(update.rows, update.strand, update.chunk)
        .gpu_threads(update.strand, update.chunk);
}

// A block a tensor.
inline void judge_tensors(dsl::MultiTensor &update) {
    update.verdict.compute_root()
        .bound(update.column, 0, update.columns)
        .reorder(update.column, update.tensor)
        .gpu_blocks(update.tensor)
        .gpu_threads(update.column);
    update.squares.compute_at(update.verdict, update.tensor);
    update.tensor_squares.compute_at(update.verdict, update.tensor)
        .bound_extent(update.strand, dsl::MultiTensor::tensor_strands)
        .gpu_threads(update.strand);
    update.tensor_squares.update()
        .reorder(update.over_chunks, update.strand)
        .gpu_threads(update.strand);
}

// Over (strand), in shared memory of a block.
inline void by_strand(Halide::Func &strands, const Halide::Var &strand, const Halide::RDom &over) {
    strands.bound_extent(strand, dsl::MultiTensor::chunk_strands).gpu_threads(strand);
    strands.update().reorder(over, strand).gpu_threads(strand);
}

inline void multi_tensor_gpu(dsl::MultiTensor &update, const MultiTensorGpu &tuned) {
    using Halide::TailStrategy;
    Halide::Var thread{"thread"}, part{"part"};
    sum_chunks(update, tuned);
    judge_tensors(update);

    // A block a chunk. What it steps waits in shared memory until it has been stored and summed.
    auto over_lanes = [&](Halide::Func func) {
        func.bound_extent(update.lane, tuned.chunk_size)
            .split(update.lane, part, thread, tuned.threads, TailStrategy::GuardWithIf)
            .reorder(part, thread, update.chunk)
            .gpu_threads(thread)
            .unroll(part);
    };
    over_lanes(update.step);
    update.step.gpu_blocks(update.chunk);
    update.weight_squares.gpu_blocks(update.chunk);
    update.weight_squares.compute_with(update.step, update.chunk);
    over_lanes(update.stepped.compute_at(update.step, update.chunk));
    update.sound.compute_at(update.step, update.chunk);
    by_strand(update.sound_strands.compute_at(update.step, update.chunk), update.strand,
              update.over_tensors);
    if (update.weight_norm) {
        update.new_chunk_squares.compute_at(update.weight_squares, update.chunk);
        by_strand(update.new_strand_squares.compute_at(update.weight_squares, update.chunk),
                  update.strand, update.new_rows);
    }
}

} // namespace haliclr::schedules
