// When and where the roofline's kernels run; sizes are whole runs of dsl::roofline_run.
#pragma once

#include "dsl/roofline.h"

namespace haliclr::schedules {

void roofline_cpu(dsl::RooflineCopy &, int vector);
void roofline_cuda(dsl::RooflineCopy &);
void roofline_opencl(dsl::RooflineCopy &);

void roofline_cpu(dsl::RooflineChains &, int vector);
void roofline_cuda(dsl::RooflineChains &);
void roofline_opencl(dsl::RooflineChains &);

// On CUDA alone; warps are whole runs of dsl::roofline_warps.
void roofline_cuda(dsl::RooflineProducts &);

} // namespace haliclr::schedules
