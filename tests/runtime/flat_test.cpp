// Flat storage, and updates that carry |w|^2 over.
#include "tests/runtime/update_case.h"

namespace haliclr::runtime {
namespace {

const Shapes shapes{{40, 70}, {1}, {0}, {1023}, {2048}, {130, 31}};

struct Model {
    Tensors given;
    FlatUpdate update;

    Model(at::Device device, at::ScalarType type = at::kFloat)
        : given(converted(device, type)), update(FlatParameters(given.named()), given.adapt) {
        renew_gradients(0);
    }

    // The same for every model at the same step.
    void renew_gradients(int64_t step) {
        at::manual_seed(100 + step);
        for (const at::Tensor &gradient : update.parameters().grads()) {
            gradient.copy_(at::randn(gradient.sizes()));
        }
    }

private:
    static Tensors converted(at::Device device, at::ScalarType type) {
        Tensors tensors(shapes, device);
        for (at::Tensor &param : tensors.params) {
            param = param.to(type).requires_grad_();
        }
        return tensors;
    }
};

const LarsOptions separate{0.3, 0.9, 0.1, 0.02, "simclr", "separate"};

void expect_same(const Model &one, const Model &other) {
    for (size_t i = 0; i < one.given.params.size(); ++i) {
        EXPECT_TRUE(at::equal(one.given.params[i], other.given.params[i])) << i;
        EXPECT_TRUE(
            at::equal(one.update.parameters().momenta()[i], other.update.parameters().momenta()[i]))
            << i;
    }
}

class FlatUpdates : public EveryBackend {};

TEST_P(FlatUpdates, CarriedSumsGiveTheBitsOfThoseSummedAnew) {
    Model carrying(device()), anew(device());
    for (int step = 0; step < 4; ++step) {
        for (Model *model : {&carrying, &anew}) {
            model->renew_gradients(step);
        }
        anew.update.invalidate();
        EXPECT_EQ(carrying.update.carries(), step > 0);
        EXPECT_FALSE(anew.update.carries());
        carrying.update.lars(separate);
        anew.update.lars(separate);
    }
    expect_same(carrying, anew);
}

TEST_P(FlatUpdates, EveryFormInDouble) {
    for (const LarsOptions &options : every_form()) {
        Model model(device());
        for (int step = 0; step < 3; ++step) {
            model.renew_gradients(step);
            model.given.grads = model.update.parameters().grads();
            model.given.momenta = model.update.parameters().momenta();
            const InDouble expected = in_double(model.given, options);
            model.update.lars(options);
            expect_close(model.given.params, expected.params, text_of(options));
            expect_close(model.given.momenta, expected.momenta, text_of(options));
        }
    }
}

TEST_P(FlatUpdates, MomentumThenLarsSumsAnew) {
    Model model(device());
    model.update.lars(separate);
    model.update.momentum_sgd({0.3, 0.9, 0.1, true});
    EXPECT_FALSE(model.update.carries());
    model.given.grads = model.update.parameters().grads();
    model.given.momenta = model.update.parameters().momenta();
    const InDouble expected = in_double(model.given, separate);
    model.update.lars(separate);
    expect_close(model.given.params, expected.params, "params");
}

TEST_P(FlatUpdates, ANonFiniteGradientNamesItsParameter) {
    Model model(device()), before(device());
    model.update.parameters().grads()[3][5] = std::nanf("");
    const std::string text = error_of([&] {
        model.update.lars(separate);
        check_updates();
    });
    EXPECT_EQ(text.rfind("[lars_step] gradient of layer3 ", 0), 0u) << text;
    EXPECT_NE(text.find("nothing was updated"), std::string::npos) << text;
    model.renew_gradients(0);
    model.update.lars(separate);
    before.update.lars(separate);
    expect_same(model, before);
}

TEST_P(FlatUpdates, LowPrecisionParametersFollowTheirMasters) {
    for (const at::ScalarType type : {at::kBFloat16, at::kHalf}) {
        Model model(device(), type);
        const FlatParameters &flat = model.update.parameters();
        for (int step = 0; step < 3; ++step) {
            model.renew_gradients(step);
            Tensors masters = model.given;
            masters.params = flat.masters();
            masters.momenta = flat.momenta();
            masters.grads = flat.grads();
            const InDouble expected = in_double(masters, separate);
            model.update.lars(separate);
            expect_close(flat.masters(), expected.params, "masters");
            for (size_t i = 0; i < flat.params().size(); ++i) {
                EXPECT_TRUE(at::equal(model.given.params[i], flat.masters()[i].to(type))) << i;
                EXPECT_EQ(model.given.params[i].grad().scalar_type(), type);
            }
        }
        EXPECT_TRUE(model.update.carries());
    }
}

INSTANTIATE_TEST_SUITE_P(Backends, FlatUpdates, every_backend, backend_name);

TEST(FlatUpdate, ChangesOfParametersMakeTheSumsStale) {
    const at::NoGradGuard no_grad;
    Model model(at::kCPU);
    model.update.lars(separate);
    EXPECT_TRUE(model.update.carries());
    model.given.params[3].mul_(2);
    EXPECT_FALSE(model.update.carries());
    Tensors now = model.given;
    now.grads = model.update.parameters().grads();
    now.momenta = model.update.parameters().momenta();
    const InDouble expected = in_double(now, separate);
    model.update.lars(separate);
    expect_close(model.given.params, expected.params, "params");
    model.given.params[4].copy_(at::randn({2048})); // as a checkpoint is loaded
    EXPECT_FALSE(model.update.carries());
    model.update.lars(separate);
    model.given.params[0].variable_data().mul_(3); // no version counts this one
    EXPECT_TRUE(model.update.carries());
    model.update.invalidate();
    EXPECT_FALSE(model.update.carries());
}

TEST(FlatUpdate, InvalidateTakesLoadedLowPrecisionValues) {
    const at::NoGradGuard no_grad;
    Model model(at::kCPU, at::kBFloat16);
    model.given.params[0].fill_(0.5);
    model.update.invalidate();
    EXPECT_TRUE(model.update.parameters().masters()[0].eq(0.5).all().item<bool>());
}

TEST(FlatUpdate, FindsGradientsMadeElsewhereAndDropped) {
    Model model(at::kCPU);
    model.given.params[0].mutable_grad() = at::full({40, 70}, 2.0f);
    model.given.params[3].mutable_grad().reset();
    model.update.momentum_sgd({0.5, 0, 0});
    EXPECT_TRUE(model.update.parameters().momenta()[0].eq(2).all().item<bool>());
    EXPECT_TRUE(model.update.parameters().momenta()[3].eq(0).all().item<bool>());
    EXPECT_TRUE(model.given.params[0].grad().is_alias_of(model.update.parameters().grads()[0]));
}

TEST(FlatParameters, KeepIdentityValuesAndGradients) {
    at::Tensor weight = at::randn({4, 5}).requires_grad_(), bias = at::randn({4}).requires_grad_();
    const at::Tensor before = weight.detach().clone();
    FlatParameters flat({{"weight", weight}, {"bias", bias}});
    EXPECT_TRUE(at::equal(weight.detach(), before));
    EXPECT_EQ(flat.names(), (std::vector<std::string>{"weight", "bias"}));
    EXPECT_EQ(bias.storage_offset() - weight.storage_offset(), 1024);
    EXPECT_TRUE(bias.storage().is_alias_of(weight.storage()));
    (at::mv(weight, at::ones({5})) + bias).sum().backward();
    EXPECT_TRUE(at::equal(flat.grads()[0], at::ones({4, 5})));
    EXPECT_TRUE(weight.grad().is_alias_of(flat.grads()[0]));
    flat.zero_gradients();
    EXPECT_TRUE(weight.grad().eq(0).all().item<bool>());
    EXPECT_REFUSED(FlatParameters({{"w", at::zeros({2}, at::kDouble)}}), "[flat_parameters] w",
                   "Double");
    EXPECT_REFUSED(FlatParameters({{"w", at::zeros({2})}, {"b", at::zeros({2}, at::kHalf)}}),
                   "[flat_parameters] b", "one type");
    EXPECT_REFUSED(FlatParameters(std::vector<std::pair<std::string, at::Tensor>>{}),
                   "no parameters");
}

} // namespace
} // namespace haliclr::runtime
