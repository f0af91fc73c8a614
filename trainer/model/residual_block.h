// The two residual blocks of ResNet (He et al. 2016, figure 5), with torchvision's parameter names.
#pragma once

#include <torch/torch.h>

namespace haliclr::trainer {

// forward: [n, in, h, w] -> [n, out, h / stride, w / stride].
class ResidualBlockImpl : public torch::nn::Module {
public:
    virtual at::Tensor forward(at::Tensor x) = 0;
    // The normalisation that closes the residual branch.
    virtual torch::nn::BatchNorm2d &last_normalisation() = 0;

protected:
    // 1x1 convolution of the shortcut; stays null where the shapes agree.
    void register_shortcut(int64_t in, int64_t out, int64_t stride);
    at::Tensor shortcut(const at::Tensor &x);

private:
    torch::nn::Sequential downsample{nullptr};
};

// Two 3x3 convolutions; out = planes.
class BasicBlockImpl : public ResidualBlockImpl {
public:
    static constexpr int64_t expansion = 1;
    BasicBlockImpl(int64_t in, int64_t planes, int64_t stride);
    at::Tensor forward(at::Tensor x) override;
    torch::nn::BatchNorm2d &last_normalisation() override { return bn2; }

private:
    torch::nn::Conv2d conv1{nullptr}, conv2{nullptr};
    torch::nn::BatchNorm2d bn1{nullptr}, bn2{nullptr};
};
TORCH_MODULE(BasicBlock);

// 1x1, 3x3 with the stride (as torchvision has it), 1x1; out = 4 planes.
class BottleneckImpl : public ResidualBlockImpl {
public:
    static constexpr int64_t expansion = 4;
    BottleneckImpl(int64_t in, int64_t planes, int64_t stride);
    at::Tensor forward(at::Tensor x) override;
    torch::nn::BatchNorm2d &last_normalisation() override { return bn3; }

private:
    torch::nn::Conv2d conv1{nullptr}, conv2{nullptr}, conv3{nullptr};
    torch::nn::BatchNorm2d bn1{nullptr}, bn2{nullptr}, bn3{nullptr};
};
TORCH_MODULE(Bottleneck);

// A square convolution without bias that keeps the size at stride 1.
torch::nn::Conv2d convolution(int64_t in, int64_t out, int64_t kernel, int64_t stride);

} // namespace haliclr::trainer
