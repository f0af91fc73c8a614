// CUDA schedule of the views: a block a view where a view's images fit in shared memory, else a
// kernel an image.
#include "schedules/views_gpu.h"

namespace haliclr::schedules {

void views_cuda(dsl::Views &views, const ViewsCuda &tuned, int size) {
    views_gpu(views, tuned, size, most_blur_bytes_cuda);
}

} // namespace haliclr::schedules
