// Schedules of the views operator. `size` is the views' side where it is fixed, 0 where it is given
// at run time.
#pragma once

#include "dsl/views.h"

namespace haliclr::schedules {

struct ViewsCpu {
    int vector_width = 8;    // pixels of a row a vector, at least 1
    int images_per_task = 2; // whose views a task makes, at least 1
    bool channels_last = false;
};
void views_cpu(dsl::Views &views, const ViewsCpu &tuned, int size);

struct ViewsGpu {
    int threads_x = 32; // threads of a block along a row and down a column,
    int threads_y = 8;  // at most 1024 together
};
using ViewsCuda = ViewsGpu;
void views_cuda(dsl::Views &views, const ViewsCuda &tuned, int size);
using ViewsOpencl = ViewsGpu;
void views_opencl(dsl::Views &views, const ViewsOpencl &tuned, int size);

} // namespace haliclr::schedules
