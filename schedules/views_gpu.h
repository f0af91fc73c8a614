// What the CUDA and the OpenCL schedules of the views share: a block a view where the views are
// small, a kernel a stage where they are not.
#pragma once

#include "schedules/views.h"

namespace haliclr::schedules {

// A block a view if its images fit in a block's shared memory, else a kernel a stage. Throws
// std::invalid_argument for tunables out of range.
void views_gpu(dsl::Views &views, const ViewsGpu &tuned, int size);

// What those two are made of.
void views_gpu_block(dsl::Views &views, const ViewsGpu &tuned);
void views_gpu_stages(dsl::Views &views, const ViewsGpu &tuned);
// A blur by tiles, both passes in one kernel. Throws std::invalid_argument for threads whose
// smallest tile does not fit in shared memory.
void views_gpu_blur(dsl::Views &views, const dsl::Blur &blur, const ViewsGpu &tuned);
// The sum over a filter's taps of one pixel, in registers: `pixel` is the loop over pixels of its
// image.
void filter_per_pixel(const dsl::Resampling &resampling, const Halide::LoopLevel &pixel);

} // namespace haliclr::schedules
