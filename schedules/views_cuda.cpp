// CUDA schedule of the views: a block a view for small views of a fixed size, else a kernel a
// stage.
#include "schedules/views_gpu.h"

namespace haliclr::schedules {

void views_cuda(dsl::Views &views, const ViewsCuda &tuned, int size) {
    check_views_gpu(tuned);
    if (size > 0 && size <= largest_shared_view) {
        view_per_block(views, tuned);
    } else {
        stage_per_kernel(views, tuned);
    }
}

} // namespace haliclr::schedules
