// Unit rows on CUDA devices.
#include "schedules/unit_rows_gpu.h"

namespace haliclr::schedules {

void unit_rows_cuda(dsl::UnitRows &rows, const UnitRowsGpu &tuned) {
    unit_rows_gpu::schedule(rows, tuned);
}

} // namespace haliclr::schedules
