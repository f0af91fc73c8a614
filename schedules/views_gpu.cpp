// Which GPU schedule the views take, and what both have in common.
#include "schedules/views_gpu.h"

#include <stdexcept>
#include <string>

namespace haliclr::schedules {

using Halide::Func;

namespace {

constexpr int shared_bytes = 40 << 10; // for images; the rest of 48 KB is for tables

void check(const ViewsGpu &tuned) {
    const int x = tuned.threads_x, y = tuned.threads_y;
    if (x < 1 || y < 1 || x > 1024 || y > 1024 || x * y > 1024) {
        throw std::invalid_argument("[views] threads_x is " + std::to_string(x) +
                                    " and threads_y " + std::to_string(y) +
                                    "; use 1 to 1024, at most 1024 together");
    }
    if (tuned.blur_rows < 1 || tuned.blur_rows > 64) {
        throw std::invalid_argument("[views] blur_rows is " + std::to_string(tuned.blur_rows) +
                                    "; use 1 to 64");
    }
}

// Whether a view's images fit in a block's shared memory: all but the last, and the blurs' sums.
bool fits_a_block(const dsl::Views &views, int size) {
    if (size == 0 || !views.histograms.empty()) {
        return false;
    }
    const size_t images = views.image.size() - 1 + views.blurs.size();
    return images * 3 * sizeof(float) * size * size <= shared_bytes;
}

} // namespace

void filter_per_pixel(const dsl::Resampling &r, const Halide::LoopLevel &pixel) {
    Func filtered = r.filtered;
    filtered.compute_at(pixel);
    filtered.update().reorder(r.taps.x, r.taps.y);
}

void views_gpu(dsl::Views &views, const ViewsGpu &tuned, int size) {
    check(tuned);
    if (fits_a_block(views, size)) {
        views_gpu_block(views, tuned);
    } else {
        views_gpu_stages(views, tuned);
    }
}

} // namespace haliclr::schedules
