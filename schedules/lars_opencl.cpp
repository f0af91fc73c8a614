// LARS on OpenCL: five launches (strands and sums of chunks, strands and ratios of tensors, update)
// without vector loads, predication, shared memory or atomics.
#include "schedules/lars.h"

#include <stdexcept>
#include <string>

namespace haliclr::schedules {

using Halide::TailStrategy;
using Halide::Var;

namespace {

constexpr int elements_per_item = 4;

void check(const LarsOpenCl &tuned) {
    if (tuned.chunks_per_group < 1 || tuned.chunks_per_group * dsl::Lars::chunk_strands > 256) {
        throw std::invalid_argument("[lars_opencl] chunks_per_group " +
                                    std::to_string(tuned.chunks_per_group) + ": use 1 to 8");
    }
    if (tuned.items < 1 || tuned.items > 256 ||
        tuned.chunk_size % (tuned.items * elements_per_item) != 0) {
        throw std::invalid_argument("[lars_opencl] items " + std::to_string(tuned.items) +
                                    ": use at most 256, with 4 * items a divisor of the chunk");
    }
}

// A thread owns a strand, then one adds the strands: no shared memory, neighbours read neighbours.
void sum_chunks(dsl::Lars &lars, const LarsOpenCl &tuned) {
    Var group{"group"}, item{"item"};
    Halide::Func strands = lars.strand_squares.in();
    strands.compute_root()
        .bound_extent(lars.strand, dsl::Lars::chunk_strands)
        .split(lars.chunk, group, item, tuned.chunks_per_group, TailStrategy::GuardWithIf)
        .gpu_blocks(group)
        .gpu_threads(lars.strand, item);
    lars.strand_squares.compute_at(strands, lars.strand);

    Halide::Func sums = lars.chunk_squares.in();
    sums.compute_root().gpu_tile(lars.chunk, group, item, dsl::Lars::chunk_strands,
                                 TailStrategy::GuardWithIf);
    lars.chunk_squares.compute_at(sums, item);
}

void sum_tensors(dsl::Lars &lars) {
    Var group{"group"}, item{"item"};
    Halide::Func strands = lars.tensor_squares.in();
    strands.compute_root()
        .bound_extent(lars.strand, dsl::Lars::tensor_strands)
        .gpu_blocks(lars.tensor)
        .gpu_threads(lars.strand);
    lars.tensor_squares.compute_at(strands, lars.strand);

    lars.ratio.compute_root().gpu_tile(lars.tensor, group, item, dsl::Lars::chunk_strands,
                                       TailStrategy::GuardWithIf);
    lars.squares.compute_at(lars.ratio, item);
}

} // namespace

void lars_opencl(dsl::Lars &lars, const LarsOpenCl &tuned) {
    check(tuned);
    sum_chunks(lars, tuned);
    sum_tensors(lars);

    Var group{"group"}, item{"item"}, part{"part"};
    lars.step
        .split(lars.element, group, part, tuned.items * elements_per_item,
               TailStrategy::GuardWithIf)
        .split(part, part, item, tuned.items, TailStrategy::GuardWithIf)
        .reorder(part, item, group)
        .gpu_blocks(group)
        .gpu_threads(item)
        .unroll(part);
    lars.stepped.compute_at(lars.step, part);
}

} // namespace haliclr::schedules
