// NT-Xent on OpenCL devices.
#include "schedules/ntxent_gpu.h"

namespace haliclr::schedules {

namespace {

// The local memory is the least that OpenCL 1.2 promises; 256 work items are common to GPUs.
constexpr ntxent_gpu::Limits limits{256, 32 * 1024};

} // namespace

void ntxent_forward_opencl(dsl::NtXentForward &ntxent, const NtXentGpu &tuned) {
    ntxent_gpu::forward(ntxent, tuned, limits);
}

void ntxent_backward_opencl(dsl::NtXentBackward &ntxent, const NtXentGpu &tuned) {
    ntxent_gpu::backward(ntxent, tuned, limits);
}

} // namespace haliclr::schedules
