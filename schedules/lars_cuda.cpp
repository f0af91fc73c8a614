// LARS on CUDA: five launches (strands and sums of chunks, strands and ratios of tensors, update),
// bound by memory.
#include "schedules/lars.h"

#include <stdexcept>
#include <string>

namespace haliclr::schedules {

using Halide::TailStrategy;
using Halide::Var;

namespace {

constexpr int elements_per_thread = 4;

void check(const LarsCuda &tuned) {
    if (tuned.chunks_per_block < 1 || tuned.chunks_per_block * dsl::Lars::chunk_strands > 1024) {
        throw std::invalid_argument("[lars_cuda] chunks_per_block " +
                                    std::to_string(tuned.chunks_per_block) + ": use 1 to 32");
    }
    if (tuned.threads < 1 || tuned.threads > 1024 ||
        tuned.chunk_size % (tuned.threads * elements_per_thread) != 0) {
        throw std::invalid_argument("[lars_cuda] threads " + std::to_string(tuned.threads) +
                                    ": use at most 1024, with 4 * threads a divisor of the chunk");
    }
}

// A thread owns a strand, then one adds the strands: no shared memory, neighbours read neighbours.
void sum_chunks(dsl::Lars &lars, const LarsCuda &tuned) {
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

void sum_tensors(dsl::Lars &lars) {
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

} // namespace

void lars_cuda(dsl::Lars &lars, const LarsCuda &tuned) {
    check(tuned);
    sum_chunks(lars, tuned);
    sum_tensors(lars);

    Var block{"block"}, thread{"thread"}, part{"part"};
    lars.step
        .split(lars.element, block, part, tuned.threads * elements_per_thread,
               TailStrategy::GuardWithIf)
        .split(part, part, thread, tuned.threads, TailStrategy::GuardWithIf)
        .reorder(part, thread, block)
        .gpu_blocks(block)
        .gpu_threads(thread)
        .unroll(part);
    lars.stepped.compute_at(lars.step, part);
}

} // namespace haliclr::schedules
