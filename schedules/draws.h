// Schedules of the draws operator: a small table, one row a view.
#pragma once

#include "dsl/draws.h"

namespace haliclr::schedules {

struct DrawsCpu {
    int vector_width = 8;    // rows a vector, at least 1
    int rows_per_task = 512; // a multiple of vector_width
};
void draws_cpu(dsl::Draws &draws, const DrawsCpu &tuned);

struct DrawsGpu {
    int rows_per_block = 64; // threads a block, 1 to 1024
};
using DrawsCuda = DrawsGpu;
void draws_cuda(dsl::Draws &draws, const DrawsCuda &tuned);
using DrawsOpencl = DrawsGpu;
void draws_opencl(dsl::Draws &draws, const DrawsOpencl &tuned);

} // namespace haliclr::schedules
