// Optimizers over a module: LARS against its formula in double, SGD and AdamW against LibTorch's
// classes; skip rules; what is refused.
#include "trainer/errors.h"
#include "trainer/optim/optimizer.h"
#include "trainer/optim/parameter_groups.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

namespace haliclr::trainer {
namespace {

torch::nn::Sequential small_module() {
    torch::manual_seed(11);
    return torch::nn::Sequential(torch::nn::Linear(7, 13), torch::nn::BatchNorm1d(13),
                                 torch::nn::ReLU(), torch::nn::Linear(13, 5));
}

void backward(torch::nn::Sequential &module, int64_t step) {
    torch::manual_seed(100 + step);
    module->forward(torch::randn({9, 7})).square().mean().backward();
}

TEST(ParameterGroups, OneDimensionalParametersAreNotAdapted) {
    const auto module = small_module();
    const std::vector<Parameter> parameters = named_parameters("encoder", *module);
    ASSERT_EQ(parameters.size(), 6u);
    EXPECT_EQ(parameters[0].name, "encoder.0.weight");
    EXPECT_TRUE(parameters[0].adapt);
    EXPECT_EQ(parameters[1].name, "encoder.0.bias");
    EXPECT_FALSE(parameters[1].adapt);
    EXPECT_FALSE(parameters[2].adapt); // scale of the normalisation
}

// Runs both over the same batches: `reference` is of LibTorch, over the two groups of parameters.
template <typename Reference, typename Options>
void expect_equals_libtorch(const OptimizerConfig &config, Options options,
                            double tolerance = 1e-6) {
    torch::nn::Sequential ours = small_module(), theirs = small_module();
    const auto optimizer = make_optimizer(config, named_parameters("m", *ours));
    std::vector<at::Tensor> decayed, plain;
    for (const at::Tensor &parameter : theirs->parameters()) {
        (parameter.dim() > 1 ? decayed : plain).push_back(parameter);
    }
    Options without_decay = options;
    without_decay.weight_decay(0);
    Reference reference(
        std::vector<torch::optim::OptimizerParamGroup>{
            {decayed, std::make_unique<Options>(options.weight_decay(config.weight_decay))},
            {plain, std::make_unique<Options>(without_decay)}},
        options);
    for (int64_t step = 0; step < 5; ++step) {
        optimizer->zero_grad();
        backward(ours, step);
        optimizer->step(options.lr());
        reference.zero_grad();
        backward(theirs, step);
        reference.step();
    }
    for (size_t i = 0; i < ours->parameters().size(); ++i) {
        const at::Tensor error = (ours->parameters()[i] - theirs->parameters()[i]).abs().max();
        EXPECT_LT(error.item<double>(), tolerance) << i;
    }
}

TEST(Sgd, EqualsLibTorchs) {
    OptimizerConfig config;
    config.kind = "sgd";
    config.weight_decay = 0.01;
    using torch::optim::SGDOptions;
    expect_equals_libtorch<torch::optim::SGD>(config, SGDOptions(0.1).momentum(0.9));
    config.nesterov = true;
    expect_equals_libtorch<torch::optim::SGD>(config, SGDOptions(0.1).momentum(0.9).nesterov(true));
    config.nesterov = false;
    config.momentum = 0;
    expect_equals_libtorch<torch::optim::SGD>(config, SGDOptions(0.1));
}

TEST(AdamW, EqualsLibTorchs) {
    OptimizerConfig config;
    config.kind = "adamw";
    config.weight_decay = 0.1;
    config.beta1 = 0.8;
    config.beta2 = 0.95;
    config.epsilon = 1e-3;
    // The bias before the normalisation has a gradient of rounding errors, which AdamW enlarges.
    expect_equals_libtorch<torch::optim::AdamW>(
        config, torch::optim::AdamWOptions(0.05).betas({0.8, 0.95}).eps(1e-3), 1e-5);
}

// t = 1: m / (1 - beta1) = g and v / (1 - beta2) = g^2, so the step is rate * sign(g).
TEST(AdamW, FirstStepByHand) {
    OptimizerConfig config;
    config.kind = "adamw";
    config.weight_decay = 0.5;
    config.epsilon = 0;
    at::Tensor decayed = at::full({1, 1}, 2.0), plain = at::full({1}, 2.0);
    const auto optimizer = make_optimizer(config, {{"a", decayed, true}, {"b", plain, false}});
    decayed.mutable_grad() = at::full({1, 1}, 0.25);
    plain.mutable_grad() = at::full({1}, -0.25);
    optimizer->step(0.1);
    EXPECT_FLOAT_EQ(decayed.item<float>(), 2.0f * (1 - 0.1f * 0.5f) - 0.1f); // 1.8
    EXPECT_FLOAT_EQ(plain.item<float>(), 2.1f);
}

// One LARS step in double (dsl/lars.h states the formula).
void lars_reference(const OptimizerConfig &config, const Parameter &parameter,
                    const at::Tensor &gradient, double rate, at::Tensor &weight,
                    at::Tensor &momentum) {
    at::Tensor update = gradient;
    double ratio = 1.0;
    if (parameter.adapt) {
        update = gradient + config.weight_decay * weight;
        const double weight_norm = weight.norm().item<double>(),
                     update_norm = update.norm().item<double>();
        ratio = weight_norm > 0 && update_norm > 0 ? config.trust * weight_norm / update_norm : 1.0;
    }
    const bool simclr = config.form == "simclr";
    momentum = config.momentum * momentum + (simclr ? rate : 1.0) * ratio * update;
    weight = weight - (simclr ? 1.0 : rate) * momentum;
}

class LarsForm : public testing::TestWithParam<const char *> {};

TEST_P(LarsForm, EqualsItsFormulaInDouble) {
    OptimizerConfig config;
    config.form = GetParam();
    config.weight_decay = 0.01;
    config.trust = 0.05;
    torch::nn::Sequential module = small_module();
    const std::vector<Parameter> parameters = named_parameters("m", *module);
    std::vector<at::Tensor> weights, momenta;
    for (const Parameter &parameter : parameters) {
        weights.push_back(parameter.value.detach().to(at::kDouble, false, /*copy=*/true));
        momenta.push_back(at::zeros_like(weights.back()));
    }
    const auto optimizer = make_optimizer(config, parameters);
    for (int64_t step = 0; step < 4; ++step) {
        const double rate =
            0.5 / static_cast<double>(step + 1); // the forms differ where the rate changes
        optimizer->zero_grad();
        backward(module, step);
        for (size_t i = 0; i < parameters.size(); ++i) {
            lars_reference(config, parameters[i], parameters[i].value.grad().to(at::kDouble), rate,
                           weights[i], momenta[i]);
        }
        optimizer->step(rate);
    }
    for (size_t i = 0; i < parameters.size(); ++i) {
        const double error =
            (parameters[i].value.to(at::kDouble) - weights[i]).abs().max().item<double>();
        EXPECT_LT(error, 1e-5) << parameters[i].name;
        const double momentum_error =
            (optimizer->state()[i].second.to(at::kDouble) - momenta[i]).abs().max().item<double>();
        EXPECT_LT(momentum_error, 1e-5) << parameters[i].name;
    }
}

INSTANTIATE_TEST_SUITE_P(Lars, LarsForm, testing::Values("simclr", "pytorch"),
                         [](const auto &info) { return std::string(info.param); });

// The module's own tensors are what the optimizer updates, and zero_grad forgets the last gradient.
TEST(Lars, ModuleSeesTheUpdateAndGradientsDoNotAccumulate) {
    torch::nn::Sequential module = small_module();
    const auto optimizer = make_optimizer({}, named_parameters("m", *module));
    const at::Tensor before = module->parameters()[0].detach().clone();
    optimizer->zero_grad();
    backward(module, 0);
    const at::Tensor gradient = module->parameters()[0].grad().clone();
    optimizer->zero_grad();
    backward(module, 0);
    EXPECT_TRUE(at::equal(module->parameters()[0].grad(), gradient));
    optimizer->step(1.0);
    EXPECT_FALSE(at::equal(module->parameters()[0], before));
}

std::vector<std::string> adapted(const std::string &skip) {
    const auto module = small_module();
    std::vector<Parameter> parameters = named_parameters("encoder", *module);
    apply_skip(skip, parameters);
    std::vector<std::string> names;
    for (const Parameter &parameter : parameters) {
        if (parameter.adapt) {
            names.push_back(parameter.name);
        }
    }
    return names;
}

std::string refusal(const std::function<void()> &act) {
    try {
        act();
    } catch (const UsageError &error) {
        return error.what();
    }
    return "";
}

TEST(ParameterGroups, SkipNamesWhatIsNotAdapted) {
    using Names = std::vector<std::string>;
    EXPECT_EQ(adapted("default"), (Names{"encoder.0.weight", "encoder.3.weight"}));
    EXPECT_EQ(adapted("none").size(), 6u);
    EXPECT_EQ(adapted("*.bias"),
              (Names{"encoder.0.weight", "encoder.1.weight", "encoder.3.weight"}));
    EXPECT_EQ(adapted(" encoder.0.* ,*.[13].bias"),
              (Names{"encoder.1.weight", "encoder.3.weight"}));
    EXPECT_EQ(adapted("default, encoder.3.*"), (Names{"encoder.0.weight"}));
}

TEST(ParameterGroups, WrongSkipRulesAreRefused) {
    const std::string message = refusal([] { adapted("*.bias, encoder.0.wieght"); });
    EXPECT_NE(message.find("'encoder.0.wieght'"), std::string::npos) << message;
    EXPECT_NE(message.find("'encoder.0.weight'"), std::string::npos) << message;
    for (const char *skip : {"", "a,,b", "*.bias,", "none, *.bias"}) {
        EXPECT_NE(refusal([&] { adapted(skip); }), "") << skip;
    }
}

class LibTorchOptimizer : public testing::TestWithParam<const char *> {};

TEST_P(LibTorchOptimizer, GradientThatIsNotFiniteIsNamedBeforeAnythingChanges) {
    OptimizerConfig config;
    config.kind = GetParam();
    torch::nn::Sequential module = small_module();
    const auto optimizer = make_optimizer(config, named_parameters("m", *module));
    backward(module, 0);
    optimizer->step(0.1);
    for (const float bad : {INFINITY, -INFINITY, NAN}) {
        optimizer->zero_grad();
        backward(module, 1);
        module->parameters()[3].mutable_grad()[5] = bad;
        std::vector<at::Tensor> before;
        for (const auto &[name, tensor] : optimizer->state()) {
            before.push_back(tensor.clone());
        }
        const at::Tensor weight = module->parameters()[0].detach().clone();
        try {
            optimizer->step(0.1);
            FAIL() << bad;
        } catch (const NonFiniteLoss &error) {
            EXPECT_EQ(error.exit_code(), 4);
            EXPECT_NE(std::string(error.what()).find("gradient of m.1.bias is not finite"),
                      std::string::npos)
                << error.what();
        }
        EXPECT_TRUE(at::equal(weight, module->parameters()[0]));
        const NamedTensors after = optimizer->state();
        for (size_t i = 0; i < before.size(); ++i) {
            EXPECT_TRUE(at::equal(before[i], after[i].second)) << after[i].first;
        }
    }
}

// A sum of squares would overflow.
TEST_P(LibTorchOptimizer, LargeFiniteGradientsAreTaken) {
    OptimizerConfig config;
    config.kind = GetParam();
    at::Tensor weight = at::ones({2, 2});
    const auto optimizer = make_optimizer(config, {{"a", weight, true}});
    weight.mutable_grad() = at::full({2, 2}, 1e30);
    EXPECT_NO_THROW(optimizer->step(1e-30));
}

INSTANTIATE_TEST_SUITE_P(Optimizers, LibTorchOptimizer, testing::Values("sgd", "adamw"),
                         [](const auto &info) { return std::string(info.param); });

TEST(Optimizer, KeysThatExcludeEachOtherAreRefused) {
    const auto refused = [](const std::function<void(OptimizerConfig &)> &change) {
        OptimizerConfig config;
        change(config);
        return refusal([&] { require_consistent(config); });
    };
    EXPECT_EQ(refused([](OptimizerConfig &) {}), "");
    EXPECT_EQ(refused([](OptimizerConfig &config) { config.nesterov = config.clip = true; }), "");
    const auto expect = [&](const std::function<void(OptimizerConfig &)> &change,
                            const char *word) {
        EXPECT_NE(refused(change).find(word), std::string::npos) << refused(change);
    };
    expect([](OptimizerConfig &c) { c.nesterov = true, c.momentum = 0; }, "optimizer.momentum = 0");
    expect([](OptimizerConfig &c) { c.nesterov = true, c.kind = "adamw"; }, "adamw");
    expect([](OptimizerConfig &c) { c.clip = true, c.kind = "sgd"; }, "optimizer.clip");
    expect([](OptimizerConfig &c) { c.denominator = "separate", c.kind = "sgd"; }, "denominator");
    expect([](OptimizerConfig &c) { c.skip = ","; }, "optimizer.skip");
}

TEST(Optimizer, UnknownKindIsRefused) {
    OptimizerConfig config;
    config.kind = "adam";
    EXPECT_THROW(make_optimizer(config, {}), UsageError);
}

} // namespace
} // namespace haliclr::trainer
