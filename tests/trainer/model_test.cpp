// Encoders and heads: names, shapes and counts of torchvision, widths, stems, initial values.
#include "trainer/errors.h"
#include "trainer/model/encoder.h"
#include "trainer/model/projection_head.h"

#include <gtest/gtest.h>

namespace haliclr::trainer {
namespace {

int64_t parameter_count(const torch::nn::Module &module) {
    int64_t count = 0;
    for (const at::Tensor &parameter : module.parameters()) {
        count += parameter.numel();
    }
    return count;
}

ModelConfig imagenet(const std::string &arch) {
    ModelConfig config;
    config.arch = arch;
    config.stem = "imagenet";
    return config;
}

// torchvision's published counts (resnet18: 11,689,512; ...) less the classifier's 1000 * (features
// + 1).
struct Published {
    const char *arch;
    int64_t parameters, features, tensors;
};
class PublishedEncoder : public testing::TestWithParam<Published> {};

TEST_P(PublishedEncoder, HasTorchvisionsSize) {
    const Published &row = GetParam();
    const Encoder encoder = make_encoder(imagenet(row.arch));
    EXPECT_EQ(encoder->features(), row.features);
    EXPECT_EQ(parameter_count(*encoder), row.parameters - 1000 * (row.features + 1));
    const size_t tensors = encoder->named_parameters().size() + encoder->named_buffers().size();
    EXPECT_EQ(static_cast<int64_t>(tensors), row.tensors);
}

INSTANTIATE_TEST_SUITE_P(Model, PublishedEncoder,
                         testing::Values(Published{"resnet18", 11'689'512, 512, 120},
                                         Published{"resnet34", 21'797'672, 512, 216},
                                         Published{"resnet50", 25'557'032, 2048, 318},
                                         Published{"resnet101", 44'549'160, 2048, 624}),
                         [](const auto &info) { return std::string(info.param.arch); });

TEST(Model, NamesAreTorchvisions) {
    const Encoder encoder = make_encoder(imagenet("resnet50"));
    const auto parameters = encoder->named_parameters();
    for (const char *name :
         {"conv1.weight", "bn1.bias", "layer1.0.conv3.weight", "layer1.0.downsample.0.weight",
          "layer1.0.downsample.1.weight", "layer3.5.bn3.weight", "layer4.2.conv2.weight"}) {
        EXPECT_TRUE(parameters.contains(name)) << name;
    }
    EXPECT_FALSE(parameters.contains("layer1.1.downsample.0.weight"));
    EXPECT_TRUE(encoder->named_buffers().contains("layer2.0.downsample.1.running_var"));
    EXPECT_EQ(parameters["conv1.weight"].sizes(), at::IntArrayRef({64, 3, 7, 7}));
}

TEST(Model, WidthAndStemOfSmallNets) {
    ModelConfig config;
    config.arch = "resnet8";
    config.width = 0.75;
    config.stem_stride = 2;
    Encoder encoder = make_encoder(config);
    EXPECT_EQ(encoder->features(), 192);
    EXPECT_EQ(encoder->named_parameters()["conv1.weight"].sizes(), at::IntArrayRef({48, 3, 3, 3}));
    for (const int64_t size : {1, 7, 28}) {
        EXPECT_EQ(encoder(torch::rand({2, 3, size, size + 1})).sizes(), at::IntArrayRef({2, 192}))
            << size;
    }
    config.arch = "resnet10";
    EXPECT_EQ(make_encoder(config)->features(), 384);
}

TEST(Model, FeaturesAreTheAveragePool) {
    ModelConfig config;
    config.arch = "resnet8";
    config.width = 0.125;
    Encoder encoder = make_encoder(config);
    encoder->eval();
    EXPECT_GE(encoder(torch::rand({3, 3, 9, 9})).min().item<float>(), 0.0f); // pooled after a ReLU
}

TEST(Model, ZeroInitMakesEachBlockTheIdentity) {
    for (const bool zero_init : {true, false}) {
        ModelConfig config;
        config.zero_init = zero_init;
        const auto parameters = make_encoder(config)->named_parameters();
        EXPECT_EQ(parameters["layer2.1.bn2.weight"].abs().max().item<float>(),
                  zero_init ? 0.0f : 1.0f);
        EXPECT_EQ(parameters["layer2.1.bn1.weight"].min().item<float>(), 1.0f);
    }
}

TEST(Model, ConvolutionsHaveHeVariance) {
    torch::manual_seed(3);
    const at::Tensor weight = make_encoder({})->named_parameters()["layer3.1.conv1.weight"];
    const double expected = 2.0 / (256 * 9); // 2 / (output channels * kernel)
    EXPECT_NEAR(weight.var().item<double>() / expected, 1.0, 0.02);
}

TEST(Model, SeedDecidesTheWeights) {
    ModelConfig config;
    config.arch = "resnet8";
    torch::manual_seed(5);
    const Encoder first = make_encoder(config);
    torch::manual_seed(5);
    const Encoder second = make_encoder(config);
    const Encoder third = make_encoder(config);
    EXPECT_TRUE(at::equal(first->parameters()[0], second->parameters()[0]));
    EXPECT_FALSE(at::equal(first->parameters()[0], third->parameters()[0]));
}

TEST(Model, UnknownArchitectureIsNamed) {
    ModelConfig config;
    config.arch = "resnet9";
    try {
        make_encoder(config);
        FAIL();
    } catch (const UsageError &error) {
        EXPECT_NE(std::string(error.what()).find("resnet9"), std::string::npos);
        EXPECT_EQ(error.exit_code(), 2);
    }
}

TEST(ProjectionHead, KindsHaveTheirLayers) {
    const at::Tensor features = torch::rand({4, 48});
    HeadConfig config;
    config.kind = "none";
    EXPECT_TRUE(at::equal(ProjectionHead(config, 48)(features), features));

    config.kind = "linear";
    config.dim = 16;
    ProjectionHead linear(config, 48);
    EXPECT_TRUE(
        at::equal(linear(features), features.mm(linear->named_parameters()["0.weight"].t())));

    config.kind = "nonlinear";
    ProjectionHead nonlinear(config, 48);
    EXPECT_EQ(nonlinear(features).sizes(), at::IntArrayRef({4, 16}));
    EXPECT_EQ(nonlinear->named_parameters()["0.weight"].sizes(), at::IntArrayRef({48, 48}));
    EXPECT_EQ(nonlinear->named_parameters()["3.weight"].sizes(), at::IntArrayRef({16, 48}));
    EXPECT_EQ(nonlinear->named_buffers()["1.running_mean"].numel(), 48);
    EXPECT_EQ(nonlinear->parameters().size(), 4u);

    config.hidden = 20;
    EXPECT_EQ(ProjectionHead(config, 48)->named_parameters()["0.weight"].sizes(),
              at::IntArrayRef({20, 48}));
}

} // namespace
} // namespace haliclr::trainer
