// What the configuration says of the encoder and the projection head; free of LibTorch's modules.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace haliclr::trainer {

struct ModelConfig {
    std::string arch = "resnet18";
    double width = 1.0;         // factor on the 64 channels of the first stage
    std::string stem = "small"; // small: 3x3 convolution | imagenet: 7x7 / 2 and a 3x3 / 2 max-pool
    int64_t stem_stride = 1;    // of the small stem
    bool zero_init = true;      // each residual block starts as the identity
};

std::vector<std::string> architecture_names();

struct HeadConfig {
    std::string kind = "nonlinear"; // none | linear | nonlinear
    int64_t hidden = 0;             // width of the hidden layer; 0 = that of the features
    int64_t dim = 128;              // width of z
};

// Width of z: that of the features h without a head.
int64_t projection_width(const HeadConfig &config, int64_t features);

} // namespace haliclr::trainer
