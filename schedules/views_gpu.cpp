// Which GPU schedule the views take.
#include "schedules/views_gpu.h"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace haliclr::schedules {

namespace {

constexpr size_t shared_bytes = 44 << 10; // the rest of 48 KB is for what is one of a view

void check(const ViewsGpu &tuned) {
    const int x = tuned.threads_x, y = tuned.threads_y;
    if (x < 1 || y < 1 || x > 1024 || y > 1024 || x * y > 1024) {
        throw std::invalid_argument("[views] threads_x is " + std::to_string(x) +
                                    " and threads_y " + std::to_string(y) +
                                    "; use 1 to 1024, at most 1024 together");
    }
    if (std::min(tuned.thread_rows, tuned.blur_rows) < 1 ||
        std::max(tuned.thread_rows, tuned.blur_rows) > 64) {
        throw std::invalid_argument("[views] thread_rows is " + std::to_string(tuned.thread_rows) +
                                    " and blur_rows " + std::to_string(tuned.blur_rows) +
                                    "; use 1 to 64");
    }
}

// Whether a view's images fit in a block's shared memory: all but the last, the blurs' sums, and
// the tables of columns and rows.
bool fits_a_block(const dsl::Views &views, int size) {
    if (size == 0 || !views.histograms.empty()) {
        return false;
    }
    const size_t images = views.image.size() - 1 + views.blurs.size();
    size_t table_values = 0; // of a column and a row
    for (const dsl::Resampling &r : views.resamplings) {
        table_values += (r.has_two_taps ? 3 + 3 : 0) + (r.has_filter ? 4 + 4 : 0);
    }
    return (images * 3 * size * size + table_values * size) * sizeof(float) <= shared_bytes;
}

} // namespace

void views_gpu(dsl::Views &views, const ViewsGpu &tuned, int size, int most_blur_bytes) {
    check(tuned);
    if (fits_a_block(views, size)) {
        views_gpu_block(views, tuned);
    } else {
        views_gpu_images(views, tuned, most_blur_bytes);
    }
}

} // namespace haliclr::schedules
