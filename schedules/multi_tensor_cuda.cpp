// Multi-tensor updates on CUDA, bound by memory.
#include "schedules/multi_tensor_gpu.h"

namespace haliclr::schedules {

void multi_tensor_cuda(dsl::MultiTensor &update, const MultiTensorCuda &tuned) {
    check_multi_tensor_gpu(tuned, "multi_tensor_cuda", 1024);
    multi_tensor_gpu(update, tuned);
}

} // namespace haliclr::schedules
