// Multi-tensor updates on OpenCL, bound by memory.
#include "schedules/multi_tensor_gpu.h"

namespace haliclr::schedules {

void multi_tensor_opencl(dsl::MultiTensor &update, const MultiTensorOpencl &tuned) {
    check_multi_tensor_gpu(tuned, "multi_tensor_opencl", 256);
    multi_tensor_gpu(update, tuned);
}

} // namespace haliclr::schedules
