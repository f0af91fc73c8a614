// What the CUDA and the OpenCL schedules of the views share: a block a view where the views are
// small, a kernel an image where they are not.
#pragma once

#include "schedules/views.h"

namespace haliclr::schedules {

// A block a view if its images fit in a block's shared memory, else a kernel an image. Throws
// std::invalid_argument for tunables out of range. most_blur_bytes: of a tile's shared memory.
void views_gpu(dsl::Views &views, const ViewsGpu &tuned, int size, int most_blur_bytes);

// What those two are made of.
void views_gpu_block(dsl::Views &views, const ViewsGpu &tuned);
void views_gpu_images(dsl::Views &views, const ViewsGpu &tuned, int most_blur_bytes);

// Divides a stage of (x, y, v) or of the views themselves into blocks of threads_x columns and
// threads_y * thread_rows rows of a view, and those into threads of thread_rows consecutive rows.
struct ViewTiles {
    Halide::Func whole;
    int threads_x, threads_y, rows; // rows: of a thread
    Halide::Var block_x{"block_x"}, block_y{"block_y"};
    Halide::Var thread_x{"thread_x"}, thread_y{"thread_y"}, row{"row"};

    // Of the pure definition, or of the guarded stage that is given.
    ViewTiles(Halide::Func whole, const dsl::GuardedStage *stage, const dsl::Views &views,
              const ViewsGpu &tuned);
    Halide::LoopLevel block() const { return {whole, block_x}; }
    Halide::LoopLevel thread() const { return {whole, thread_x}; }
};

// The blur that makes this image, or null. What it makes has no pixels beyond the border for a blur
// of its own.
const dsl::Blur *blur_of(const dsl::Views &views, int image);
// The tiles of a blurred image, whose rows are thread_rows of the result: those that are asked for,
// or fewer where shared memory would not hold them. Throws std::invalid_argument for threads whose
// smallest tile does not fit.
ViewsGpu blur_tiles(const dsl::Blur &blur, ViewsGpu tuned, int most_bytes);
// The sums of a blur, within a kernel of such tiles.
void blur_by_tiles(dsl::Views &views, const dsl::Blur &blur, const ViewTiles &tiles,
                   int most_bytes);

} // namespace haliclr::schedules
