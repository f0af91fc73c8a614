// Runs the evaluation transform and an encoder over a data set, batch by batch.
#include "trainer/eval/embed.h"

#include <algorithm>
#include <functional>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include "runtime/ops/views.h"
#include "trainer/errors.h"
#include "trainer/model/encoder.h"

namespace haliclr::trainer {

namespace {

using Features = std::function<at::Tensor(const at::Tensor &views)>;

ImageSet on_device(const ImageSet &images, at::Device device) {
    ImageSet moved = images;
    moved.bytes = images.bytes.to(device);
    moved.image_table = images.image_table.to(device);
    return moved;
}

at::Tensor batch_features(const ImageSet &images, const EmbedOptions &options,
                          const Features &features) {
    at::NoGradGuard no_grad;
    const ImageSet resident = on_device(images, options.device);
    std::vector<at::Tensor> batches;
    for (int64_t first = 0; first < images.size(); first += options.batch_size) {
        const int64_t count = std::min(options.batch_size, images.size() - first);
        batches.push_back(features(plain_views(resident, first, count, options)));
    }
    return at::cat(batches).to(at::kFloat);
}

} // namespace

at::Tensor plain_views(const ImageSet &images, int64_t first, int64_t count,
                       const EmbedOptions &options) {
    const at::Tensor table = images.image_table.narrow(0, first, count).to(options.device);
    return runtime::views(runtime::plain_recipe, images.bytes.to(options.device), table,
                          runtime::plain_draws(table), options.size);
}

bool is_grey(const ImageSet &images) {
    const at::Tensor pixels = images.bytes.view({-1, 3});
    return pixels.select(1, 0).equal(pixels.select(1, 1)) &&
           pixels.select(1, 0).equal(pixels.select(1, 2));
}

at::Tensor raw_features(const ImageSet &images, bool one_channel, const EmbedOptions &options) {
    return batch_features(images, options, [&](const at::Tensor &views) {
        return (one_channel ? views.narrow(1, 0, 1) : views).flatten(1).contiguous();
    });
}

at::Tensor encoder_features(Encoder encoder, const ImageSet &images, const EmbedOptions &options) {
    encoder->to(options.device);
    encoder->eval();
    const at::Tensor found = batch_features(
        images, options, [&](const at::Tensor &views) { return encoder->forward(views); });
    if (!found.isfinite().all().item<bool>()) {
        throw DataError("[eval] the encoder's features are not finite: its training diverged; use "
                        "an earlier checkpoint");
    }
    return found;
}

void calibrate_batch_norm(Encoder encoder, const ImageSet &images, int64_t batches,
                          const EmbedOptions &options) {
    encoder->to(options.device);
    encoder->train();
    for (const auto &module : encoder->modules()) {
        if (auto *norm = module->as<torch::nn::BatchNorm2dImpl>()) {
            norm->reset_running_stats();
            norm->options.momentum(std::nullopt); // the plain mean over all batches
        }
    }
    const ImageSet some = first_images(images, batches * options.batch_size);
    batch_features(some, options, [&](const at::Tensor &views) { return encoder->forward(views); });
    encoder->eval();
}

} // namespace haliclr::trainer
