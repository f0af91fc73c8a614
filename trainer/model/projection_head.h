// The projection head g between the encoder's features h and the loss (SimCLR, section 4.2).
#pragma once

#include "trainer/model/model_config.h"

#include <torch/torch.h>

namespace haliclr::trainer {

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
