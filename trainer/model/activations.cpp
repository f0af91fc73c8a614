// Follows the layers in the order of registration, which is that of the forward pass.
#include "trainer/model/activations.h"

#include "trainer/model/encoder.h"
#include "trainer/model/residual_block.h"

namespace haliclr::trainer {

namespace nn = torch::nn;

namespace {

int64_t output_size(int64_t size, int64_t kernel, int64_t stride) {
    return (size + 2 * (kernel / 2) - kernel) / stride + 1;
}

int64_t output_size(const nn::Conv2dImpl &conv, int64_t size) {
    return output_size(size, conv.options.kernel_size()->at(0), conv.options.stride()->at(0));
}

// A convolution's output, which the normalisation keeps, and the normalisation's, which the ReLU
// within it keeps. A shortcut's normalised output is only added to the residual branch.
int64_t kept_of_block(ResidualBlockImpl &block, int64_t &size) {
    const int64_t size_in = size;
    int64_t elements = 0;
    for (const auto &layer : block.named_modules("", /*include_self=*/false)) {
        const auto *conv = layer.value()->as<nn::Conv2dImpl>();
        if (conv == nullptr) {
            continue;
        }
        const bool shortcut = layer.key().starts_with("downsample");
        const int64_t out = output_size(*conv, shortcut ? size_in : size);
        elements += (shortcut ? 1 : 2) * conv->options.out_channels() * out * out;
        size = out;
    }
    return elements;
}

} // namespace

Activations kept_activations(const ModelConfig &config, const Encoder &encoder, int64_t size) {
    Activations kept{0, 0};
    const auto modules = encoder->named_modules("", /*include_self=*/false);
    const auto &stem = *modules["conv1"]->as<nn::Conv2dImpl>();
    const int64_t channels = stem.options.out_channels();
    size = output_size(stem, size);
    kept.elements = 2 * channels * size * size;
    if (config.stem == "imagenet") {
        size = output_size(size, 3, 2); // the max-pool
        kept.elements += channels * size * size;
        kept.indices = channels * size * size;
    }
    for (const auto &module : modules) {
        if (auto *block = dynamic_cast<ResidualBlockImpl *>(module.value().get())) {
            kept.elements += kept_of_block(*block, size);
        }
    }
    return kept;
}

} // namespace haliclr::trainer
