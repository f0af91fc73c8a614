// Each operator as a composition of LibTorch's, skipped where a view does not take it.
#include "bench/views_baseline.h"

#include "bench/views_colour.h"
#include "dsl/view_sequence.h"

#include <torch/torch.h>

#include <algorithm>
#include <array>

namespace haliclr::bench {

namespace {

namespace F = torch::nn::functional;
using dsl::DrawColumn;

at::Tensor shift_hue(const at::Tensor &image, double turns) {
    const at::Tensor most = std::get<0>(image.max(0)), least = std::get<0>(image.min(0));
    const at::Tensor range = most - least;
    const at::Tensor divisor = at::where(range == 0, at::ones_like(range), range);
    const at::Tensor red = image[0], green = image[1], blue = image[2];
    at::Tensor hue = at::where(
        most == red, (green - blue) / divisor,
        at::where(most == green, 2 + (blue - red) / divisor, 4 + (red - green) / divisor));
    hue = hue / 6 + turns;
    hue = 6 * (hue - hue.floor());
    std::vector<at::Tensor> channels;
    for (const double offset : {5.0, 3.0, 1.0}) {
        const at::Tensor sector = (hue + offset).remainder(6);
        channels.push_back(most - range * at::minimum(sector, 4 - sector).clamp(0, 1));
    }
    return at::stack(channels);
}

at::Tensor blurred(const at::Tensor &image, double sigma) {
    const int64_t radius = std::max<int64_t>(1, image.size(-1) / 20);
    const at::Tensor taps = at::arange(-radius, radius + 1, image.options());
    at::Tensor weights = (-(taps * taps) / (2 * sigma * sigma)).exp();
    weights = weights / weights.sum();
    const at::Tensor row = weights.view({1, 1, 1, -1}).expand({3, 1, 1, -1});
    const at::Tensor padded =
        F::pad(image.unsqueeze(0),
               F::PadFuncOptions({radius, radius, radius, radius}).mode(torch::kReflect));
    const auto depthwise = F::Conv2dFuncOptions().groups(3);
    return F::conv2d(F::conv2d(padded, row, depthwise), row.transpose(2, 3), depthwise)[0];
}

class OneView {
public:
    explicit OneView(const float *draw) : draw(draw) {}

    at::Tensor of(const at::Tensor &image, int64_t size) const {
        at::Tensor view = cropped(image, size);
        view = at(DrawColumn::flip) > 0.5 ? view.flip({2}) : view;
        view = at(DrawColumn::jitter) > 0.5 ? jittered(view) : view;
        view = at(DrawColumn::grey) > 0.5 ? grey_of(view).expand({3, -1, -1}) : view;
        view = at(DrawColumn::sigma) > 0 ? blurred(view, at(DrawColumn::sigma)) : view;
        const double threshold = at(DrawColumn::threshold);
        return threshold <= 1 ? at::where(view >= threshold, 1 - view, view) : view;
    }

private:
    double at(DrawColumn column) const { return draw[static_cast<int>(column)]; }

    at::Tensor cropped(const at::Tensor &image, int64_t size) const {
        const auto whole = [&](DrawColumn column) { return static_cast<int64_t>(at(column)); };
        const at::Tensor part =
            image.narrow(1, whole(DrawColumn::crop_y), whole(DrawColumn::crop_height))
                .narrow(2, whole(DrawColumn::crop_x), whole(DrawColumn::crop_width));
        return at::_upsample_bilinear2d_aa((part.to(at::kFloat) / 255).unsqueeze(0), {size, size},
                                           /*align_corners=*/false)[0];
    }

    at::Tensor jittered(at::Tensor view) const {
        std::array<int, 4> order = {0, 1, 2, 3};
        for (int rank = static_cast<int>(at(DrawColumn::order)); rank > 0; --rank) {
            std::next_permutation(order.begin(), order.end());
        }
        for (const int step : order) {
            switch (step) {
            case 0:
                view = (view * at(DrawColumn::brightness)).clamp(0, 1);
                break;
            case 1:
                view = blend(view, grey_of(view).mean(), at(DrawColumn::contrast));
                break;
            case 2:
                view = blend(view, grey_of(view), at(DrawColumn::saturation));
                break;
            default:
                view = shift_hue(view, at(DrawColumn::hue));
                break;
            }
        }
        return view;
    }

    const float *draw;
};

} // namespace

at::Tensor views_per_image(const at::Tensor &images, const at::Tensor &draws, int64_t size) {
    std::vector<at::Tensor> views;
    for (int64_t row = 0; row < draws.size(0); ++row) {
        const OneView view(draws.data_ptr<float>() + row * draws.size(1));
        views.push_back(view.of(images[row % images.size(0)], size));
    }
    return at::stack(views);
}

} // namespace haliclr::bench
