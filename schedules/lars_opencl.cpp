// LARS on OpenCL, bound by memory.
#include "schedules/lars_gpu.h"

namespace haliclr::schedules {

void lars_opencl(dsl::Lars &lars, const LarsOpencl &tuned) {
    check_lars_gpu(tuned, "lars_opencl", 256);
    lars_gpu(lars, tuned);
}

} // namespace haliclr::schedules
