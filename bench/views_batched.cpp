// Torchvision's conventions for a batch whose views each have draws of their own.
#include "bench/views_batched.h"

#include "bench/views_colour.h"
#include "dsl/view_sequence.h"

#include <torch/torch.h>

#include <algorithm>
#include <array>

namespace haliclr::bench {

namespace {

namespace F = torch::nn::functional;
using dsl::DrawColumn;

// [V, 1, 1, 1].
at::Tensor drawn(const at::Tensor &draws, DrawColumn column) {
    return draws.select(1, static_cast<int64_t>(column)).view({-1, 1, 1, 1});
}

// Along one axis, the centres of the views' pixels in source pixels, [V, size].
at::Tensor centres(const at::Tensor &origin, const at::Tensor &extent, int64_t size) {
    const at::Tensor index = at::arange(size, origin.options()) + 0.5;
    return origin.view({-1, 1}) + index * (extent.view({-1, 1}) / size);
}

// In -1..1 from the first of `limit` pixels to the last, as the grid samplers have it; within the
// crop, whose border pixel stands for what lies beyond.
at::Tensor grid_positions(const at::Tensor &origin, const at::Tensor &extent, int64_t limit,
                          int64_t size) {
    const at::Tensor first = origin.view({-1, 1});
    const at::Tensor position = at::minimum(at::maximum(centres(origin, extent, size) - 0.5, first),
                                            first + extent.view({-1, 1}) - 1);
    return position * (2.0 / static_cast<double>(std::max<int64_t>(limit - 1, 1))) - 1;
}

// Weights of the source's pixels for the views' ones, [V, size, limit].
at::Tensor filter(const at::Tensor &origin, const at::Tensor &extent, int64_t limit, int64_t size) {
    const at::Tensor first = origin.view({-1, 1, 1}), length = extent.view({-1, 1, 1});
    const at::Tensor source = at::arange(limit, origin.options()) + 0.5;
    const at::Tensor distance = (source - centres(origin, extent, size).unsqueeze(2)).abs();
    const at::Tensor weights = (1 - distance / (length / size).clamp_min(1)).clamp_min(0) *
                               ((source > first) & (source < first + length));
    return weights / weights.sum(2, /*keepdim=*/true);
}

at::Tensor cropped(const at::Tensor &images, const at::Tensor &draws, int64_t size) {
    const int64_t height = images.size(2), width = images.size(3);
    const auto column = [&](DrawColumn which) { return drawn(draws, which); };
    const at::Tensor sources =
        (images.to(at::kFloat) / 255).repeat({draws.size(0) / images.size(0), 1, 1, 1});
    if (std::max(height, width) > size) {
        const at::Tensor down =
            filter(column(DrawColumn::crop_y), column(DrawColumn::crop_height), height, size);
        const at::Tensor across =
            filter(column(DrawColumn::crop_x), column(DrawColumn::crop_width), width, size);
        const at::Tensor narrow = at::bmm(sources.flatten(1, 2), across.transpose(1, 2));
        return at::matmul(down.unsqueeze(1), narrow.unflatten(1, {3, height}));
    }
    const at::Tensor x =
        grid_positions(column(DrawColumn::crop_x), column(DrawColumn::crop_width), width, size);
    const at::Tensor y =
        grid_positions(column(DrawColumn::crop_y), column(DrawColumn::crop_height), height, size);
    const at::Tensor grid = at::stack(
        {x.unsqueeze(1).expand({-1, size, size}), y.unsqueeze(2).expand({-1, size, size})}, 3);
    constexpr int64_t bilinear = 0, zeros = 0;
    return batched_views_use_cudnn(images.device())
               ? at::cudnn_grid_sampler(sources, grid)
               : at::grid_sampler(sources, grid, bilinear, zeros, /*align_corners=*/true);
}

at::Tensor shift_hue(const at::Tensor &views, const at::Tensor &turns) {
    const at::Tensor most = views.amax(1, true), range = most - views.amin(1, true);
    const at::Tensor divisor = at::where(range == 0, at::ones_like(range), range);
    const at::Tensor red = views.narrow(1, 0, 1), green = views.narrow(1, 1, 1),
                     blue = views.narrow(1, 2, 1);
    const at::Tensor hue = at::where(
        most == red, (green - blue) / divisor,
        at::where(most == green, 2 + (blue - red) / divisor, 4 + (red - green) / divisor));
    const at::Tensor offsets = at::arange(5, 0, -2, views.options()).view({1, 3, 1, 1});
    const at::Tensor sector = (hue + 6 * turns + offsets).remainder(6);
    return most - range * at::minimum(sector, 4 - sector).clamp(0, 1);
}

// [24, 4]: the steps of each order.
at::Tensor orders(at::Device device) {
    std::array<int, 4> order = {0, 1, 2, 3};
    std::vector<int> all;
    do {
        all.insert(all.end(), order.begin(), order.end());
    } while (std::next_permutation(order.begin(), order.end()));
    return at::tensor(all).view({24, 4}).to(device, /*non_blocking=*/true);
}

at::Tensor jittered(at::Tensor views, const at::Tensor &draws) {
    const auto column = [&](DrawColumn which) { return drawn(draws, which); };
    const at::Tensor rank = column(DrawColumn::order).flatten().to(at::kLong);
    const at::Tensor steps = orders(views.device()).index_select(0, rank).view({-1, 4, 1, 1, 1});
    for (int slot = 0; slot < 4; ++slot) {
        const at::Tensor step = steps.select(1, slot), grey = grey_of(views);
        const at::Tensor bright = (views * column(DrawColumn::brightness)).clamp(0, 1);
        const at::Tensor contrast =
            blend(views, grey.mean({1, 2, 3}, true), column(DrawColumn::contrast));
        const at::Tensor saturated = blend(views, grey, column(DrawColumn::saturation));
        const at::Tensor turned = shift_hue(views, column(DrawColumn::hue));
        views = at::where(step == 0, bright,
                          at::where(step == 1, contrast, at::where(step == 2, saturated, turned)));
    }
    return views;
}

// With the views as the channels, of a filter each.
at::Tensor convolved(const at::Tensor &planes, const at::Tensor &filters) {
    const int64_t groups = planes.size(1);
    if (batched_views_use_cudnn(planes.device())) {
        // at::conv2d would take LibTorch's own depthwise kernel for float32.
        return at::cudnn_convolution(planes, filters, {0, 0}, {1, 1}, {1, 1}, groups,
                                     /*benchmark=*/true, /*deterministic=*/false,
                                     /*allow_tf32=*/false);
    }
    return F::conv2d(planes, filters, F::Conv2dFuncOptions().groups(groups));
}

at::Tensor blurred(const at::Tensor &views, const at::Tensor &sigma) {
    const int64_t radius = std::max<int64_t>(1, views.size(-1) / 20);
    const at::Tensor taps = at::arange(-radius, radius + 1, views.options());
    at::Tensor weights = (-(taps * taps) / (2 * sigma * sigma)).exp(); // [V, 1, 1, taps]
    weights = weights / weights.sum(3, /*keepdim=*/true);
    const at::Tensor padded =
        F::pad(views.transpose(0, 1),
               F::PadFuncOptions({radius, radius, radius, radius}).mode(torch::kReflect));
    const at::Tensor across = convolved(padded.contiguous(), weights);
    return convolved(across, weights.transpose(2, 3).contiguous()).transpose(0, 1);
}

} // namespace

bool batched_views_use_cudnn(at::Device device) {
    return device.is_cuda() && torch::cuda::cudnn_is_available();
}

at::Tensor views_batched(const at::Tensor &images, const at::Tensor &draws, int64_t size) {
    const auto column = [&](DrawColumn which) { return drawn(draws, which); };
    at::Tensor views = cropped(images, draws, size);
    views = at::where(column(DrawColumn::flip) > 0.5, views.flip({3}), views);
    views = at::where(column(DrawColumn::jitter) > 0.5, jittered(views, draws), views);
    views = at::where(column(DrawColumn::grey) > 0.5, grey_of(views), views);
    const at::Tensor sigma = column(DrawColumn::sigma), blurs = sigma > 0;
    views = at::where(blurs, blurred(views, at::where(blurs, sigma, at::ones_like(sigma))), views);
    const at::Tensor threshold = column(DrawColumn::threshold);
    return at::where((threshold <= 1) & (views >= threshold), 1 - views, views);
}

} // namespace haliclr::bench
