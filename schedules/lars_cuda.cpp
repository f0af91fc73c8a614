// LARS on CUDA, bound by memory.
#include "schedules/lars_gpu.h"

namespace haliclr::schedules {

void lars_cuda(dsl::Lars &lars, const LarsCuda &tuned) {
    check_lars_gpu(tuned, "lars_cuda", 1024);
    lars_gpu(lars, tuned);
}

} // namespace haliclr::schedules
