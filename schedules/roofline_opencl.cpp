// The roofline's kernels on OpenCL devices.
#include "schedules/roofline_gpu.h"

namespace haliclr::schedules {

void roofline_opencl(dsl::RooflineCopy &copy) {
    roofline_gpu::schedule(copy);
}

// Vectors of eight, for drivers that map one work-item to one lane of a CPU.
void roofline_opencl(dsl::RooflineChains &chains) {
    roofline_gpu::schedule(chains, 8);
}

} // namespace haliclr::schedules
