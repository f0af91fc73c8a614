// What the CUDA and OpenCL schedules of LARS share: five launches (strands and sums of chunks,
// strands and ratios of tensors, update) without shared memory, vector loads, predication or
// atomics.
#pragma once

#include "schedules/lars.h"

#include <stdexcept>
#include <string>

namespace haliclr::schedules {

inline constexpr int lars_elements_per_thread = 4;

// most_threads: the largest block that every device of the back end accepts.
inline void check_lars_gpu(const LarsGpu &tuned, const std::string &name, int most_threads) {
    const int most_chunks = most_threads / dsl::Lars::chunk_strands;
    if (tuned.chunks_per_block < 1 || tuned.chunks_per_block > most_chunks) {
        throw std::invalid_argument("[" + name + "] chunks_per_block " +
                                    std::to_string(tuned.chunks_per_block) + ": use 1 to " +
                                    std::to_string(most_chunks));
    }
    if (tuned.threads < 1 || tuned.threads > most_threads ||
        tuned.chunk_size % (tuned.threads * lars_elements_per_thread) != 0) {
        throw std::invalid_argument("[" + name + "] threads " + std::to_string(tuned.threads) +
                                    ": use at most " + std::to_string(most_threads) +
                                    ", with 4 * threads a divisor of the chunk");
    }
}

// A thread owns a strand, then one adds the strands: no shared memory, neighbours read neighbours.
inline void sum_chunks(dsl::Lars &lars, const LarsGpu &tuned) {
    using Halide::TailStrategy, Halide::Var;
    Var block{"block"}, thread{"thread"};
    Halide::Func strands = lars.strand_squares.in();
    strands.compute_root()
        .bound_extent(lars.strand, dsl::Lars::chunk_strands)
        .split(lars.chunk, block, thread, tuned.chunks_per_block, TailStrategy::GuardWithIf)
        .gpu_blocks(block)
        .gpu_threads(lars.strand, thread);
    lars.strand_squares.compute_at(strands, lars.strand);

    Halide::Func sums = lars.chunk_squares.in();
    sums.compute_root().gpu_tile(lars.chunk, block, thread, dsl::Lars::chunk_strands,
                                 TailStrategy::GuardWithIf);
    lars.chunk_squares.compute_at(sums, thread);
}

inline void sum_tensors(dsl::Lars &lars) {
    using Halide::TailStrategy, Halide::Var;
    Var block{"block"}, thread{"thread"};
    Halide::Func strands = lars.tensor_squares.in();
    strands.compute_root()
        .bound_extent(lars.strand, dsl::Lars::tensor_strands)
        .gpu_blocks(lars.tensor)
        .gpu_threads(lars.strand);
    lars.tensor_squares.compute_at(strands, lars.strand);

    lars.ratio.compute_root().gpu_tile(lars.tensor, block, thread, dsl::Lars::chunk_strands,
                                       TailStrategy::GuardWithIf);
    lars.squares.compute_at(lars.ratio, thread);
}

inline void lars_gpu(dsl::Lars &lars, const LarsGpu &tuned) {
    using Halide::TailStrategy, Halide::Var;
    sum_chunks(lars, tuned);
    sum_tensors(lars);

    Var block{"block"}, thread{"thread"}, part{"part"};
    lars.step
        .split(lars.element, block, part, tuned.threads * lars_elements_per_thread,
               TailStrategy::GuardWithIf)
        .split(part, part, thread, tuned.threads, TailStrategy::GuardWithIf)
        .reorder(part, thread, block)
        .gpu_blocks(block)
        .gpu_threads(thread)
        .unroll(part);
    lars.stepped.compute_at(lars.step, part);
}

} // namespace haliclr::schedules
