// Views of 32x32 images by the full CIFAR recipe, beside a LibTorch pipeline that works image by
// image.
#include "bench/benchmarks.h"

#include "bench/views_baseline.h"
#include "runtime/ops/views.h"

#include <torch/torch.h>

namespace haliclr::bench {

namespace {

constexpr const char *recipe =
    "crop(0.08, 1) | flip | jitter(0.4, 0.4, 0.4, 0.1)@0.8 | grey@0.2 | blur(0.1, 2)@0.5";
constexpr int64_t size = 32;

// The images as the kernels take them: packed bytes and a table.
struct Packed {
    at::Tensor images, bytes, table, ids;
};

Packed random_images(int64_t count) {
    // Smooth images, as photographs are: noise enlarged eightfold.
    const at::Tensor coarse = at::rand({count, 3, size / 8, size / 8});
    const at::Tensor images =
        (at::upsample_bicubic2d(coarse, {size, size}, /*align_corners=*/false).clamp(0, 1) * 255)
            .to(at::kByte);
    const at::Tensor offsets = at::arange(count, at::kInt) * static_cast<int>(3 * size * size);
    const at::Tensor side = at::full({count}, size, at::kInt);
    return {images, images.permute({0, 2, 3, 1}).contiguous().view(-1),
            at::stack({offsets, side, side}, 1).contiguous(), at::arange(count, at::kLong)};
}

} // namespace

std::vector<Row> bench_views(const Roofline &roofline, const Effort &effort, at::Device device) {
    constexpr int64_t count = 512;
    const Packed host = random_images(count);
    const at::Tensor bytes = host.bytes.to(device), table = host.table.to(device),
                     ids = host.ids.to(device);
    const at::Tensor draws = runtime::view_draws(recipe, table, ids, 1, 0);
    const at::Tensor host_draws = draws.cpu();

    const at::NoGradGuard guard;
    const double difference =
        checked_difference("views", runtime::views(recipe, bytes, table, draws, size).cpu(),
                           views_per_image(host.images, host_draws, size), 1e-3);
    const std::vector<Candidate> candidates = {
        {"haliclr, with its draws",
         [&] {
             const at::Tensor drawn = runtime::view_draws(recipe, table, ids, 1, 0);
             runtime::views(recipe, bytes, table, drawn, size).flatten()[0].item<float>();
         }},
        {"LibTorch per image", [&] { views_per_image(host.images, host_draws, size); }}};
    // Every source byte is read once, every pixel of a view written once as fp32.
    const double bytes_moved = count * (3.0 * size * size + 2 * 4 * 3.0 * size * size);
    return rows_of({"views", "512 images of 32x32, full CIFAR recipe", "views",
                    "source bytes + fp32 views at the copy rate", 2.0 * count,
                    bytes_moved / roofline.gigabytes_per_s / 1e6},
                   candidates, measure_interleaved(candidates, effort.least_rounds, effort.seconds),
                   {0, difference});
}

} // namespace haliclr::bench
