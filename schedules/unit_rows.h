// When and where the rows are divided by their norms. Each function throws std::invalid_argument,
// in one line, for a tunable out of its range.
#pragma once

#include "dsl/unit_rows.h"

namespace haliclr::schedules {

struct UnitRowsCpu {
    int vector = 8;         // lanes of a vector; must divide dsl::UnitRows::lanes
    int rows_per_task = 64; // rows of a task
};

struct UnitRowsGpu {
    int threads = 128; // of the stage that gives each row a thread
};

void unit_rows_cpu(dsl::UnitRows &, const UnitRowsCpu &);
void unit_rows_cuda(dsl::UnitRows &, const UnitRowsGpu &);
void unit_rows_opencl(dsl::UnitRows &, const UnitRowsGpu &);

} // namespace haliclr::schedules
