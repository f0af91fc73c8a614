// Optimizers over a module: LARS against its formula in double, SGD against LibTorch's own.
#include "trainer/errors.h"
#include "trainer/optim/optimizer.h"
#include "trainer/optim/parameter_groups.h"

#include <gtest/gtest.h>

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

TEST(Sgd, EqualsLibTorchs) {
    OptimizerConfig config;
    config.kind = "sgd";
    config.weight_decay = 0.01;
    torch::nn::Sequential ours = small_module(), theirs = small_module();
    const auto optimizer = make_optimizer(config, named_parameters("m", *ours));
    std::vector<at::Tensor> decayed, plain;
    for (const at::Tensor &parameter : theirs->parameters()) {
        (parameter.dim() > 1 ? decayed : plain).push_back(parameter);
    }
    using Options = torch::optim::SGDOptions;
    const auto options = [](double decay) {
        return std::make_unique<Options>(Options(0.1).momentum(0.9).weight_decay(decay));
    };
    torch::optim::SGD reference(
        std::vector<torch::optim::OptimizerParamGroup>{{decayed, options(0.01)},
                                                       {plain, options(0.0)}},
        Options(0.1));
    for (int64_t step = 0; step < 5; ++step) {
        optimizer->zero_grad();
        backward(ours, step);
        optimizer->step(0.1);
        reference.zero_grad();
        backward(theirs, step);
        reference.step();
    }
    for (size_t i = 0; i < ours->parameters().size(); ++i) {
        EXPECT_TRUE(at::allclose(ours->parameters()[i], theirs->parameters()[i], 1e-6, 1e-7)) << i;
    }
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
            (optimizer->momenta()[i].to(at::kDouble) - momenta[i]).abs().max().item<double>();
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

TEST(Optimizer, UnknownKindIsRefused) {
    OptimizerConfig config;
    config.kind = "adam";
    EXPECT_THROW(make_optimizer(config, {}), UsageError);
}

} // namespace
} // namespace haliclr::trainer
