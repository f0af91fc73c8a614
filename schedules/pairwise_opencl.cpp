// Pairwise losses on OpenCL devices.
#include "schedules/pairwise_gpu.h"

namespace haliclr::schedules {

namespace {

// The local memory is the least that OpenCL 1.2 promises; 256 work items are common to GPUs.
constexpr pairwise_gpu::Limits limits{256, 32 * 1024};

} // namespace

void pairwise_tiles_opencl(dsl::PairwiseTiles &pairs, const PairwiseGpu &tuned) {
    pairwise_gpu::tiles(pairs, tuned, limits);
}

void pairwise_forward_opencl(dsl::PairwiseForward &pairs, const PairwiseGpu &tuned) {
    pairwise_gpu::forward(pairs, tuned, limits);
}

void pairwise_backward_opencl(dsl::PairwiseBackward &pairs, const PairwiseGpu &tuned) {
    pairwise_gpu::backward(pairs, tuned, limits);
}

} // namespace haliclr::schedules
