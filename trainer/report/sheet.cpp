// Places views on a grid of cells with narrow gaps inside a group and wide ones between groups.
#include "trainer/report/sheet.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <ATen/ATen.h>

#include "trainer/report/png.h"

namespace haliclr::trainer {

namespace {

constexpr int64_t min_cell = 96; // pixels; smaller views are enlarged to at least this
constexpr int64_t inner_gap = 4;
constexpr int64_t outer_gap = 20;
constexpr int64_t background = 246; // grey level of the background

// uint8 [cell, cell, 3] of one view.
at::Tensor cell_of(const at::Tensor &view, int64_t factor) {
    const at::Tensor bytes = view.clamp(0, 1).mul(255).round().to(at::kByte);
    return bytes.permute({1, 2, 0}).repeat_interleave(factor, 0).repeat_interleave(factor, 1);
}

} // namespace

at::Tensor view_sheet(const at::Tensor &views, const at::Tensor &originals) {
    TORCH_CHECK(views.dim() == 4 && views.size(0) % 2 == 0 && views.size(0) > 0 &&
                    views.size(1) == 3,
                "[sheet] expected views [2N, 3, s, s], got ", views.sizes());
    const int64_t images = views.size(0) / 2;
    std::vector<at::Tensor> members{views.narrow(0, 0, images), views.narrow(0, images, images)};
    if (originals.defined()) {
        members.insert(members.begin(), originals);
    }
    const int64_t factor = std::max<int64_t>(1, (min_cell + views.size(3) - 1) / views.size(3));
    const int64_t cell = factor * views.size(3);
    const auto group = static_cast<int64_t>(members.size());
    const int64_t group_width = group * cell + (group - 1) * inner_gap;

    // columns * group_width is about rows * cell, where columns * rows is about the number of
    // images.
    const double square = std::sqrt(double(images) * cell / group_width);
    const int64_t columns = std::clamp<int64_t>(std::lround(square), 1, images);
    const int64_t rows = (images + columns - 1) / columns;
    at::Tensor sheet = at::full(
        {rows * (cell + outer_gap) + outer_gap, columns * (group_width + outer_gap) + outer_gap, 3},
        background, at::kByte);
    for (int64_t image = 0; image < images; image++) {
        const int64_t y = outer_gap + image / columns * (cell + outer_gap);
        const int64_t x = outer_gap + image % columns * (group_width + outer_gap);
        for (int64_t member = 0; member < group; member++) {
            const at::Tensor view = members[member][image].to(at::kCPU, at::kFloat);
            sheet.narrow(0, y, cell)
                .narrow(1, x + member * (cell + inner_gap), cell)
                .copy_(cell_of(view, factor));
        }
    }
    return sheet;
}

void write_view_sheet(const std::filesystem::path &png, const at::Tensor &views,
                      const at::Tensor &originals) {
    write_png(png, view_sheet(views, originals));
}

} // namespace haliclr::trainer
