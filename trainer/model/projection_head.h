// The projection head g between the encoder's features h and the loss (SimCLR, section 4.2).
#pragma once

#include <torch/torch.h>

#include <string>

namespace haliclr::trainer {

struct HeadConfig {
    std::string kind = "nonlinear"; // none | linear | nonlinear
    int64_t hidden = 0;             // width of the hidden layer; 0 = that of the features
    int64_t dim = 128;              // width of z
};

// Width of z: that of the features h without a head.
int64_t projection_width(const HeadConfig &config, int64_t features);

// forward: h [n, features] -> z [n, dim] (none: z = h).
// nonlinear is Linear - BatchNorm - ReLU - Linear, both linear layers without bias. The original
// code normalises the last layer too; the loss divides z by its norm in any case.
class ProjectionHeadImpl : public torch::nn::Module {
public:
    ProjectionHeadImpl(const HeadConfig &config, int64_t features);
    at::Tensor forward(at::Tensor features);

private:
    torch::nn::Sequential layers; // registered as "0", "1", ... of this module
};
TORCH_MODULE(ProjectionHead);

} // namespace haliclr::trainer
