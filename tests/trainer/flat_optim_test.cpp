// The optimizers that step flat storage: momentum SGD beside LibTorch's, and gradients that are not
// finite.
#include "trainer/errors.h"
#include "trainer/optim/lars.h"
#include "trainer/optim/momentum.h"

#include <gtest/gtest.h>

#include <limits>

namespace haliclr::trainer {
namespace {

std::vector<Parameter> parameters() {
    torch::manual_seed(2);
    return {{"layer.weight", torch::randn({30, 50}).requires_grad_(), true},
            {"layer.bias", torch::randn({30}).requires_grad_(), false}};
}

// The same gradients at each call with the same step.
void set_gradients(std::vector<Parameter> &list, int64_t step) {
    torch::manual_seed(50 + step);
    for (Parameter &parameter : list) {
        parameter.value.mutable_grad().copy_(torch::randn(parameter.value.sizes()));
    }
}

OptimizerConfig config(const std::string &kind) {
    OptimizerConfig options;
    options.kind = kind;
    options.weight_decay = 0.1;
    options.trust = 0.02;
    return options;
}

TEST(MomentumOptimizer, EqualsLibTorch) {
    for (const bool nesterov : {false, true}) {
        std::vector<Parameter> ours = parameters(), theirs = parameters();
        OptimizerConfig options = config("momentum");
        options.nesterov = nesterov;
        const auto optimizer = make_optimizer(options, ours);
        auto group = [&](size_t i, double decay) {
            return torch::optim::OptimizerParamGroup(
                {theirs[i].value},
                std::make_unique<torch::optim::SGDOptions>(
                    torch::optim::SGDOptions(0.2).momentum(0.9).weight_decay(decay).nesterov(
                        nesterov)));
        };
        torch::optim::SGD reference(
            std::vector<torch::optim::OptimizerParamGroup>{group(0, 0.1), group(1, 0)},
            torch::optim::SGDOptions(0.2).momentum(0.9).nesterov(nesterov));
        for (int64_t step = 0; step < 3; ++step) {
            for (Parameter &parameter : theirs) {
                parameter.value.mutable_grad() = torch::zeros_like(parameter.value);
            }
            set_gradients(ours, step);
            set_gradients(theirs, step);
            optimizer->step(0.2);
            reference.step();
        }
        for (size_t i = 0; i < ours.size(); ++i) {
            EXPECT_TRUE(torch::allclose(ours[i].value, theirs[i].value, 1e-5, 1e-6)) << i;
        }
    }
}

TEST(FlatOptimizers, ANonFiniteGradientEndsTrainingAndUpdatesNothing) {
    for (const std::string kind : {"lars", "momentum"}) {
        std::vector<Parameter> list = parameters();
        const auto optimizer = make_optimizer(config(kind), list);
        set_gradients(list, 0);
        optimizer->step(0.1);
        const torch::Tensor before = list[1].value.detach().clone();
        list[0].value.mutable_grad()[3][4] = std::numeric_limits<float>::infinity();
        try {
            optimizer->step(0.1);
            ADD_FAILURE() << kind << " stepped";
        } catch (const NonFiniteLoss &error) {
            EXPECT_EQ(error.exit_code(), 4);
            const std::string text = error.what();
            EXPECT_NE(text.find("gradient of layer.weight is not finite: nothing was updated"),
                      std::string::npos)
                << text;
        }
        EXPECT_TRUE(torch::equal(list[1].value, before)) << kind;
    }
}

TEST(FlatOptimizers, LoadedParametersLeaveNoStaleSums) {
    OptimizerConfig options = config("lars");
    options.denominator = "separate";
    std::vector<Parameter> stale = parameters(), fresh = parameters();
    const auto optimizer = make_optimizer(options, stale);
    set_gradients(stale, 0);
    optimizer->step(0.1);
    // As a checkpoint loader does, but behind the back of every version counter.
    for (size_t i = 0; i < stale.size(); ++i) {
        stale[i].value.variable_data().copy_(fresh[i].value);
    }
    for (auto &[name, momentum] : optimizer->state()) {
        momentum.zero_();
    }
    optimizer->parameters_changed();
    const auto other = make_optimizer(options, fresh);
    set_gradients(stale, 1);
    set_gradients(fresh, 1);
    optimizer->step(0.1);
    other->step(0.1);
    for (size_t i = 0; i < stale.size(); ++i) {
        EXPECT_TRUE(torch::equal(stale[i].value, fresh[i].value)) << i;
    }
}

} // namespace
} // namespace haliclr::trainer
