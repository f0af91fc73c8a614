// Linear evaluation on features whose best classifier is known.
#include "trainer/eval/linear.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

namespace haliclr::trainer {
namespace {

at::Tensor classes(const std::vector<int64_t> &values) {
    return at::tensor(values, at::kLong);
}

TEST(Linear, SeparatesSeparableClasses) {
    torch::manual_seed(3);
    const at::Tensor labels = at::arange(300) % 3;
    const at::Tensor corners = at::tensor({0.f, 0.f, 6.f, 0.f, 0.f, 6.f}).view({3, 2});
    const at::Tensor features = corners.index({labels}) + 0.5 * torch::randn({300, 2});
    const LinearClassifier classifier = fit_linear(features, labels, {});
    EXPECT_TRUE(linear_classes(classifier, features).equal(labels));
    EXPECT_TRUE(linear_classes(classifier, corners).equal(classes({0, 1, 2})));
}

// Without any information in the features the best logits are those of the class shares.
TEST(Linear, ConstantFeaturesGiveTheClassShares) {
    const LinearClassifier classifier =
        fit_linear(at::full({8, 3}, 4.f), classes({0, 0, 0, 0, 0, 1, 1, 2}), {});
    const at::Tensor logits = at::full({1, 3}, 4.f).mm(classifier.weight) + classifier.bias;
    const at::Tensor shares = logits.softmax(1).squeeze(0);
    EXPECT_TRUE(at::allclose(shares, at::tensor({0.625f, 0.25f, 0.125f}), 0, 1e-3)) << shares;
}

// At the minimum the gradient of the objective, by autograd on standardised features, is zero.
TEST(Linear, ReachesTheMinimum) {
    torch::manual_seed(8);
    const at::Tensor features = 5 * torch::randn({120, 4}) + 2;
    const at::Tensor labels = torch::randint(0, 3, {120}, at::kLong);
    const LinearOptions options{0.01, 200};
    const LinearClassifier classifier = fit_linear(features, labels, options);
    const at::Tensor scale = features.std(0, false, true), mean = features.mean(0, true);
    at::Tensor weight = (classifier.weight * scale.t()).requires_grad_();
    at::Tensor bias = (classifier.bias + mean.mm(classifier.weight).squeeze(0)).requires_grad_();
    const at::Tensor logits = ((features - mean) / scale).mm(weight) + bias;
    const at::Tensor loss = torch::nn::functional::cross_entropy(logits, labels) +
                            options.weight_decay / 2 * weight.square().sum();
    loss.backward();
    EXPECT_LT(weight.grad().abs().max().item<double>(), 1e-4);
    EXPECT_LT(bias.grad().abs().max().item<double>(), 1e-4);
}

// Standardisation makes the answer independent of each feature's unit and origin.
TEST(Linear, IgnoresScaleAndShiftOfFeatures) {
    torch::manual_seed(4);
    const at::Tensor features = torch::randn({90, 3});
    const at::Tensor labels = (features.select(1, 0) > 0.3).to(at::kLong);
    const at::Tensor moved =
        features * at::tensor({100.f, 0.01f, 1.f}) + at::tensor({7.f, 0.f, -3.f});
    const LinearClassifier plain = fit_linear(features, labels, {});
    const LinearClassifier other = fit_linear(moved, labels, {});
    const at::Tensor plain_logits = features.mm(plain.weight) + plain.bias;
    EXPECT_TRUE(at::allclose(moved.mm(other.weight) + other.bias, plain_logits, 0.02, 0.05));
}

TEST(Linear, IsDeterministic) {
    torch::manual_seed(6);
    const at::Tensor features = torch::randn({200, 10});
    const at::Tensor labels = torch::randint(0, 5, {200}, at::kLong);
    const LinearClassifier first = fit_linear(features, labels, {});
    const LinearClassifier second = fit_linear(features, labels, {});
    EXPECT_TRUE(first.weight.equal(second.weight));
    EXPECT_TRUE(first.bias.equal(second.bias));
}

} // namespace
} // namespace haliclr::trainer
