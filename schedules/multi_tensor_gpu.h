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

// Sums of strands: each in the registers of one thread, then in shared memory of the block of
// `consumer` at `block`.
inline Halide::Func strands_in_block(Halide::Func &sums, const Halide::Var &strand, int strands,
                                     const Halide::Func &consumer, const Halide::Var &block) {
    Halide::Func shared = sums.in();
    shared.compute_at(consumer, block).bound_extent(strand, strands).gpu_threads(strand);
    sums.compute_at(shared, strand);
    return shared;
}

// A thread owns a strand, then one a chunk adds the strands: neighbours read neighbours.
inline void sum_chunks(dsl::MultiTensor &update, const MultiTensorGpu &tuned) {
    using Halide::TailStrategy;
    Halide::Var block{"block"}, thread{"thread"};
    Halide::Func sums = update.chunk_squares.in();
    sums.compute_root().gpu_tile(update.chunk, block, thread, tuned.chunks_per_block,
                                 TailStrategy::GuardWithIf);
    update.chunk_squares.compute_at(sums, thread);
    strands_in_block(update.strand_squares, update.strand, dsl::MultiTensor::chunk_strands, sums,
                     block)
        .gpu_threads(update.chunk);
}

// A block a tensor.
inline void judge_tensors(dsl::MultiTensor &update) {
    update.verdict.compute_root()
        .bound(update.column, 0, update.columns)
        .reorder(update.column, update.tensor)
        .gpu_blocks(update.tensor)
        .gpu_threads(update.column);
    update.squares.compute_at(update.verdict, update.column);
    strands_in_block(update.tensor_squares, update.strand, dsl::MultiTensor::tensor_strands,
                     update.verdict, update.tensor);
}

inline void multi_tensor_gpu(dsl::MultiTensor &update, const MultiTensorGpu &tuned) {
    using Halide::TailStrategy;
    Halide::Var thread{"thread"}, part{"part"}, one{"one"};
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
    over_lanes(update.stepped.compute_at(update.step, update.chunk));
    update.sound.compute_at(update.stepped, thread);
    strands_in_block(update.sound_strands, update.strand, dsl::MultiTensor::chunk_strands,
                     update.step, update.chunk);
    // One thread adds the strands of the new w.
    update.weight_squares.split(update.chunk, update.chunk, one, 1, TailStrategy::GuardWithIf)
        .gpu_blocks(update.chunk)
        .gpu_threads(one);
    update.weight_squares.compute_with(update.step, update.chunk);
    if (update.weight_norm) {
        update.new_chunk_squares.compute_at(update.weight_squares, one);
        strands_in_block(update.new_strand_squares, update.strand, dsl::MultiTensor::chunk_strands,
                         update.weight_squares, update.chunk);
    }
}

} // namespace haliclr::schedules
