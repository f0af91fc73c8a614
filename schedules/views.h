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
    int threads_x = 32;  // threads of a block along a row and down a column,
    int threads_y = 8;   // at most 1024 together
    int thread_rows = 4; // rows of a thread where views are large, 1 to 64
    int blur_rows = 6;   // the same where they are blurred
};

// Views that are not made in shared memory go by tiles of threads_x columns and threads_y *
// thread_rows rows. Where they are blurred, a tile has threads_y * blur_rows rows, or fewer if it
// would exceed these bytes, which every device has; threads whose smallest tile exceeds them are
// refused.
constexpr int most_blur_bytes_cuda = 48 << 10, most_blur_bytes_opencl = 32 << 10;
// Taps down that are taken at once where the radius is not known: all, below 240 pixels.
constexpr int blur_pass_taps = 24;

// Bytes of shared memory of a tile: its sums along rows, also of the rows that the taps reach
// beyond it, and where there are more passes than one the sums so far.
constexpr int blur_tile_bytes(const ViewsGpu &tuned, int taps, bool in_one_pass) {
    const int rows = tuned.threads_y * tuned.blur_rows;
    return 3 * 4 * tuned.threads_x * (rows + taps - 1 + (in_one_pass ? 0 : rows));
}

using ViewsCuda = ViewsGpu;
void views_cuda(dsl::Views &views, const ViewsCuda &tuned, int size);
using ViewsOpencl = ViewsGpu;
void views_opencl(dsl::Views &views, const ViewsOpencl &tuned, int size);

} // namespace haliclr::schedules
