// The views' launches: one of a block a view, or two of a block a tile.
#include "bench/cuda/baselines.h"
#include "bench/cuda/views_kernels.h"

#include <climits>

extern "C" int64_t haliclr_cuda_views_workspace(int views, int size) {
    using namespace haliclr::bench::cuda;
    const int64_t planes = int64_t{3} * size * size;
    return size <= view_tile ? 0 : views * (planes + ViewGrid(size).tiles);
}

extern "C" int haliclr_cuda_views(const HaliclrViews *problem, void *stream) {
    using namespace haliclr::bench::cuda;
    constexpr int most_shared = blur_floats(most_blur_radius) * static_cast<int>(sizeof(float));
    static_assert(most_shared + view_warps * sizeof(float) <= 48 * 1024, "needs no permission");
    const int size = problem->size;
    if (size < 1 || size > most_view_size) {
        return cudaErrorInvalidValue;
    }
    const auto on = static_cast<cudaStream_t>(stream);
    if (size <= view_tile) {
        whole_views<<<problem->views, view_threads, 0, on>>>(*problem);
        return cudaGetLastError();
    }
    const int64_t blocks = int64_t{problem->views} * ViewGrid(size).tiles;
    if (blocks > INT_MAX) {
        return cudaErrorInvalidValue;
    }
    const int shared = blur_floats(blur_radius_of(size)) * static_cast<int>(sizeof(float));
    const auto grid = static_cast<unsigned>(blocks);
    first_of_tiles<<<grid, view_threads, 0, on>>>(*problem);
    rest_of_tiles<<<grid, view_threads, shared, on>>>(*problem);
    return cudaGetLastError();
}
