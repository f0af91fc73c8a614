// The ResNet family as one table, and the module that builds any row of it.
#include "trainer/model/encoder.h"

#include "trainer/errors.h"
#include "trainer/model/residual_block.h"

#include <cmath>

namespace haliclr::trainer {

namespace nn = torch::nn;

namespace {

struct Architecture {
    const char *name;
    bool bottleneck;
    std::vector<int> blocks; // of each stage
};

// resnet8 and resnet10 are the smallest members, for small images and few cores.
const std::vector<Architecture> &architectures() {
    static const std::vector<Architecture> table = {
        {"resnet8", false, {1, 1, 1}},      {"resnet10", false, {1, 1, 1, 1}},
        {"resnet18", false, {2, 2, 2, 2}},  {"resnet34", false, {3, 4, 6, 3}},
        {"resnet50", true, {3, 4, 6, 3}},   {"resnet101", true, {3, 4, 23, 3}},
        {"resnet152", true, {3, 8, 36, 3}},
    };
    return table;
}

const Architecture &architecture(const std::string &name) {
    for (const Architecture &row : architectures()) {
        if (row.name == name) {
            return row;
        }
    }
    throw UsageError("[model] unknown arch '" + name +
                     "'; 'haliclr pretrain --help-config' lists them");
}

// One stage: the first block carries the stride and the change of width.
template <typename Block>
nn::Sequential make_stage(int64_t in, int64_t planes, int blocks, int64_t stride) {
    nn::Sequential stage;
    stage->push_back(Block(in, planes, stride));
    for (int block = 1; block < blocks; ++block) {
        stage->push_back(Block(planes * Block::Impl::expansion, planes, 1));
    }
    return stage;
}

} // namespace

std::vector<std::string> architecture_names() {
    std::vector<std::string> names;
    for (const Architecture &row : architectures()) {
        names.emplace_back(row.name);
    }
    return names;
}

EncoderImpl::EncoderImpl(const ModelConfig &config) {
    const Architecture &arch = architecture(config.arch);
    const int64_t width = std::max<int64_t>(1, std::llround(64 * config.width));
    const bool imagenet = config.stem == "imagenet";
    conv1 = register_module("conv1", imagenet ? convolution(3, width, 7, 2)
                                              : convolution(3, width, 3, config.stem_stride));
    bn1 = register_module("bn1", nn::BatchNorm2d(width));
    if (imagenet) {
        max_pool = nn::MaxPool2d(nn::MaxPool2dOptions(3).stride(2).padding(1));
    }

    feature_count = width;
    for (size_t i = 0; i < arch.blocks.size(); ++i) {
        const int64_t planes = width << i;
        const int64_t stride = i == 0 ? 1 : 2;
        auto make = arch.bottleneck ? make_stage<Bottleneck> : make_stage<BasicBlock>;
        nn::Sequential stage = make(feature_count, planes, arch.blocks[i], stride);
        stages.push_back(register_module("layer" + std::to_string(i + 1), stage));
        feature_count =
            planes * (arch.bottleneck ? BottleneckImpl::expansion : BasicBlockImpl::expansion);
    }
    initialize(config.zero_init);
}

// He initialisation of the convolutions; normalisation starts at scale 1, shift 0. With zero_init
// the last scale of each residual branch is 0, as in the original code (Goyal et al. 2017).
void EncoderImpl::initialize(bool zero_init) {
    torch::NoGradGuard no_grad;
    for (const auto &module : modules(/*include_self=*/false)) {
        if (auto *conv = module->as<nn::Conv2dImpl>()) {
            nn::init::kaiming_normal_(conv->weight, 0, torch::kFanOut, torch::kReLU);
        }
        if (auto *block = dynamic_cast<ResidualBlockImpl *>(module.get()); block && zero_init) {
            nn::init::zeros_(block->last_normalisation()->weight);
        }
    }
}

at::Tensor EncoderImpl::forward(at::Tensor images) {
    at::Tensor x = bn1(conv1(images)).relu_();
    if (!max_pool.is_empty()) {
        x = max_pool(x);
    }
    for (nn::Sequential &stage : stages) {
        x = stage->forward(x);
    }
    // Summed in fp32 even where autocast runs the stages in bf16.
    return x.mean({2, 3}, /*keepdim=*/false, at::kFloat);
}

Encoder make_encoder(const ModelConfig &config) {
    return Encoder(config);
}

} // namespace haliclr::trainer
