// Pairwise losses on CUDA devices.
#include "schedules/pairwise_gpu.h"

namespace haliclr::schedules {

namespace {

// The shared memory is what a kernel gets without opting in to more.
constexpr pairwise_gpu::Limits limits{1024, 48 * 1024};

} // namespace

void pairwise_tiles_cuda(dsl::PairwiseTiles &pairs, const PairwiseGpu &tuned) {
    pairwise_gpu::tiles(pairs, tuned, limits);
}

void pairwise_forward_cuda(dsl::PairwiseForward &pairs, const PairwiseGpu &tuned) {
    pairwise_gpu::forward(pairs, tuned, limits);
}

void pairwise_backward_cuda(dsl::PairwiseBackward &pairs, const PairwiseGpu &tuned) {
    pairwise_gpu::backward(pairs, tuned, limits);
}

} // namespace haliclr::schedules
