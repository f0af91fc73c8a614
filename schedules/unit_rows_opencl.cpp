// Unit rows on OpenCL devices.
#include "schedules/unit_rows_gpu.h"

namespace haliclr::schedules {

void unit_rows_opencl(dsl::UnitRows &rows, const UnitRowsGpu &tuned) {
    unit_rows_gpu::schedule(rows, tuned);
}

} // namespace haliclr::schedules
