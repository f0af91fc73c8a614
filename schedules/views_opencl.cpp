// OpenCL schedule of the views: a work-group a view where a view's images fit in local memory, else
// a kernel an image.
#include "schedules/views_gpu.h"

namespace haliclr::schedules {

void views_opencl(dsl::Views &views, const ViewsOpencl &tuned, int size) {
    views_gpu(views, tuned, size, most_blur_bytes_opencl);
}

} // namespace haliclr::schedules
