// Residual blocks: convolution - normalisation - ReLU branches added to a shortcut.
#include "trainer/model/residual_block.h"

namespace haliclr::trainer {

namespace nn = torch::nn;

nn::Conv2d convolution(int64_t in, int64_t out, int64_t kernel, int64_t stride) {
    return nn::Conv2d(
        nn::Conv2dOptions(in, out, kernel).stride(stride).padding(kernel / 2).bias(false));
}

void ResidualBlockImpl::register_shortcut(int64_t in, int64_t out, int64_t stride) {
    if (stride == 1 && in == out) {
        return;
    }
    downsample = register_module(
        "downsample", nn::Sequential(convolution(in, out, 1, stride), nn::BatchNorm2d(out)));
}

at::Tensor ResidualBlockImpl::shortcut(const at::Tensor &x) {
    return downsample.is_empty() ? x : downsample->forward(x);
}

BasicBlockImpl::BasicBlockImpl(int64_t in, int64_t planes, int64_t stride) {
    conv1 = register_module("conv1", convolution(in, planes, 3, stride));
    bn1 = register_module("bn1", nn::BatchNorm2d(planes));
    conv2 = register_module("conv2", convolution(planes, planes, 3, 1));
    bn2 = register_module("bn2", nn::BatchNorm2d(planes));
    register_shortcut(in, planes, stride);
}

at::Tensor BasicBlockImpl::forward(at::Tensor x) {
    at::Tensor residual = bn1(conv1(x)).relu_();
    residual = bn2(conv2(residual));
    return residual.add_(shortcut(x)).relu_();
}

BottleneckImpl::BottleneckImpl(int64_t in, int64_t planes, int64_t stride) {
    const int64_t out = expansion * planes;
    conv1 = register_module("conv1", convolution(in, planes, 1, 1));
    bn1 = register_module("bn1", nn::BatchNorm2d(planes));
    conv2 = register_module("conv2", convolution(planes, planes, 3, stride));
    bn2 = register_module("bn2", nn::BatchNorm2d(planes));
    conv3 = register_module("conv3", convolution(planes, out, 1, 1));
    bn3 = register_module("bn3", nn::BatchNorm2d(out));
    register_shortcut(in, out, stride);
}

at::Tensor BottleneckImpl::forward(at::Tensor x) {
    at::Tensor residual = bn1(conv1(x)).relu_();
    residual = bn2(conv2(residual)).relu_();
    residual = bn3(conv3(residual));
    return residual.add_(shortcut(x)).relu_();
}

} // namespace haliclr::trainer
