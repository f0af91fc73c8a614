// The encoder f: a ResNet without its classifier (He et al. 2016), with torchvision's parameter
// names.
#pragma once

#include "trainer/model/model_config.h"

#include <torch/torch.h>

#include <vector>

namespace haliclr::trainer {

// forward: images [n, 3, h, w] in [0, 1] -> h [n, features()], the average over the last stage's
// pixels.
class EncoderImpl : public torch::nn::Module {
public:
    explicit EncoderImpl(const ModelConfig &config);
    at::Tensor forward(at::Tensor images);
    int64_t features() const { return feature_count; }

private:
    void initialize(bool zero_init);

    torch::nn::Conv2d conv1{nullptr};
    torch::nn::BatchNorm2d bn1{nullptr};
    torch::nn::MaxPool2d max_pool{nullptr}; // null for the small stem
    std::vector<torch::nn::Sequential> stages;
    int64_t feature_count = 0;
};
TORCH_MODULE(Encoder);

// Weights are drawn from LibTorch's generator: call torch::manual_seed first.
Encoder make_encoder(const ModelConfig &config);

} // namespace haliclr::trainer
