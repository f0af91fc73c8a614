// NT-Xent on CUDA devices.
#include "schedules/ntxent_gpu.h"

namespace haliclr::schedules {

namespace {

// The shared memory is what a kernel gets without opting in to more.
constexpr ntxent_gpu::Limits limits{1024, 48 * 1024};

} // namespace

void ntxent_forward_cuda(dsl::NtXentForward &ntxent, const NtXentGpu &tuned) {
    ntxent_gpu::forward(ntxent, tuned, limits);
}

void ntxent_backward_cuda(dsl::NtXentBackward &ntxent, const NtXentGpu &tuned) {
    ntxent_gpu::backward(ntxent, tuned, limits);
}

} // namespace haliclr::schedules
