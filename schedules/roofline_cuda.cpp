// The roofline's kernels on CUDA devices. Not timed on a GPU yet.
#include "schedules/roofline_gpu.h"

namespace haliclr::schedules {

void roofline_cuda(dsl::RooflineCopy &copy) {
    roofline_gpu::schedule(copy);
}

void roofline_cuda(dsl::RooflineChains &chains) {
    roofline_gpu::schedule(chains, 1);
}

} // namespace haliclr::schedules
