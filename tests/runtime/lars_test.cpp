// Multi-tensor updates over lists on every back end: each form against double, and refusals.
#include "tests/runtime/update_case.h"

#include <limits>

namespace haliclr::runtime {
namespace {

const Shapes shapes{{64, 3, 7, 7}, {1}, {0}, {1023}, {1024}, {1025}, {31, 67}, {512, 130}};

void expect_steps(Tensors &given, const LarsOptions &options) {
    for (int step = 0; step < 2; ++step) {
        const InDouble expected = in_double(given, options);
        lars_update(given.lists(), options);
        expect_close(given.params, expected.params, text_of(options) + ": params");
        expect_close(given.momenta, expected.momenta, text_of(options) + ": momenta");
    }
}

class Updates : public EveryBackend {};

TEST_P(Updates, EveryFormInDouble) {
    for (const LarsOptions &options : every_form()) {
        Tensors given(shapes, device());
        expect_steps(given, options);
    }
}

TEST_P(Updates, MomentumInDouble) {
    for (const bool nesterov : {false, true}) {
        Tensors given(shapes, device());
        const MomentumOptions options{0.3, 0.9, 0.1, nesterov};
        const InDouble expected = in_double(given, options);
        momentum_sgd_step(given.lists(), options);
        expect_close(given.params, expected.params, "params");
        expect_close(given.momenta, expected.momenta, "momenta");
    }
}

TEST_P(Updates, FlatStorageGivesTheBitsOfSeparateTensors) {
    for (const LarsOptions &options : every_form()) {
        Tensors separate(shapes, device()), flat(shapes, device());
        const FlatParameters storage(flat.named());
        for (size_t i = 0; i < flat.params.size(); ++i) {
            storage.grads()[i].copy_(flat.grads[i]);
            storage.momenta()[i].copy_(flat.momenta[i]);
        }
        flat.grads = storage.grads();
        flat.momenta = storage.momenta();
        for (int step = 0; step < 2; ++step) {
            lars_update(flat.lists(), options);
            lars_update(separate.lists(), options);
        }
        for (size_t i = 0; i < flat.params.size(); ++i) {
            EXPECT_TRUE(at::equal(flat.params[i], separate.params[i])) << text_of(options) << i;
        }
    }
}

TEST_P(Updates, NeighboursInOneStorageAreNotTouched) {
    // The layout of flat storage, but the gap after each tensor belongs to someone else.
    Tensors given({{700}, {1500}}, device());
    std::vector<at::Tensor> stores;
    for (auto *list : {&given.params, &given.grads, &given.momenta}) {
        at::Tensor store = at::full({1024 + 1500 + 99}, 8.0f, at::device(device()));
        store.slice(0, 0, 700).copy_((*list)[0]);
        store.slice(0, 1024, 2524).copy_((*list)[1]);
        *list = {store.slice(0, 0, 700), store.slice(0, 1024, 2524)};
        stores.push_back(store);
    }
    expect_steps(given, {0.3, 0.9, 0.1, 0.02});
    for (const at::Tensor &store : stores) {
        EXPECT_TRUE(store.slice(0, 700, 1024).eq(8).all().item<bool>());
        EXPECT_TRUE(store.slice(0, 2524).eq(8).all().item<bool>());
    }
}

TEST_P(Updates, ZeroNormsAndManyTinyTensors) {
    for (const LarsOptions &options : every_form()) {
        Tensors given(Shapes(200, {3}), device());
        given.params[0].zero_();
        given.grads[2].zero_();
        given.params[2].zero_();
        given.grads[3].zero_();
        expect_steps(given, options);
    }
}

TEST_P(Updates, ChannelsLast) {
    Tensors given({{8, 5, 3, 3}}, device());
    for (auto *list : {&given.params, &given.grads, &given.momenta}) {
        (*list)[0] = (*list)[0].contiguous(at::MemoryFormat::ChannelsLast);
    }
    expect_steps(given, {0.3, 0.9, 0.1, 0.02, "pytorch"});
}

TEST_P(Updates, NothingAtAll) {
    Tensors none({}, device()), empty({{0}, {0, 4}}, device());
    lars_update(none.lists(), {0.3});
    lars_update(empty.lists(), {0.3});
    momentum_sgd_step(empty.lists(), {0.3});
}

TEST_P(Updates, MastersOfLowPrecisionParameters) {
    for (const at::ScalarType type : {at::kBFloat16, at::kHalf}) {
        Tensors given(shapes, device());
        std::vector<at::Tensor> low, copies;
        for (at::Tensor &gradient : given.grads) {
            low.push_back(gradient.to(type));
            copies.push_back(at::zeros_like(low.back()));
            gradient = low.back().to(at::kFloat); // what the reference sees
        }
        const LarsOptions options{0.3, 0.9, 0.1, 0.02};
        const InDouble expected = in_double(given, options);
        lars_update({given.params, low, given.momenta, copies, given.adapt}, options);
        expect_close(given.params, expected.params, "masters");
        expect_close(given.momenta, expected.momenta, "momenta");
        for (size_t i = 0; i < copies.size(); ++i) {
            EXPECT_TRUE(at::equal(copies[i], given.params[i].to(type))) << i;
        }
    }
}

// On CUDA the step itself does not wait.
template <typename Step>
std::string error_of_step(const Step &step) {
    return error_of([&] {
        step();
        check_updates();
    });
}

TEST_P(Updates, ANonFiniteGradientIsNamedAndNothingIsUpdated) {
    const float infinity = std::numeric_limits<float>::infinity();
    const bool waits = GetParam() != "cuda";
    auto expect = [&](const std::string &part, auto &&spoil) {
        for (const bool momentum : {false, true}) {
            Tensors given(shapes, device()), before(shapes, device());
            spoil(given, before);
            const std::string text = error_of_step([&] {
                momentum ? momentum_sgd_step(given.lists(), {0.3})
                         : lars_update(given.lists(), {0.3});
            });
            EXPECT_NE(text.find("nothing was updated"), std::string::npos) << text;
            EXPECT_TRUE(!waits || text.find(part) != std::string::npos) << part << ": " << text;
            for (size_t i = 0; i < given.params.size(); ++i) {
                EXPECT_TRUE(at::equal(given.params[i], before.params[i]));
                EXPECT_TRUE(at::equal(given.momenta[i], before.momenta[i]));
            }
        }
    };
    expect("grads[3] is not finite",
           [&](Tensors &given, Tensors &) { given.grads[3][1000] = infinity; });
    expect("grads[7] is not finite",
           [&](Tensors &given, Tensors &) { given.grads[7][511][129] = std::nanf(""); });
    // Finite, but their squares are not.
    expect("grads[1]: its norm overflows float32",
           [&](Tensors &given, Tensors &) { given.grads[1][0] = 1e30f; });
}

TEST_P(Updates, AParameterWhoseNormOverflowsIsNamed) {
    Tensors given(shapes, device());
    given.params[4][7] = 1e25f;
    const std::string text = error_of_step([&] { lars_update(given.lists(), {0.3}); });
    EXPECT_NE(text.find(GetParam() == "cuda" ? "[4]" : "params[4]: its norm overflows float32"),
              std::string::npos)
        << text;
}

TEST_P(Updates, ANonFiniteParameterIsNamed) {
    Tensors given(shapes, device());
    given.params[4][7] = std::nanf("");
    const std::string text = error_of_step([&] { lars_update(given.lists(), {0.3}); });
    EXPECT_NE(text.find(GetParam() == "cuda" ? "[4]" : "params[4] is not finite"),
              std::string::npos)
        << text;
}

INSTANTIATE_TEST_SUITE_P(Backends, Updates, every_backend, backend_name);

TEST(LarsByHand, OneElementOfEachForm) {
    // w = 2, g = 0.5, v = 0.1; lr = 0.1, m = 0.9, d = 0.5, trust 0.003: docs/lars.md.
    auto step = [](LarsOptions options) {
        Tensors given({{1}}, at::kCPU);
        given.params[0].fill_(2);
        given.grads[0].fill_(0.5);
        given.momenta[0].fill_(0.1);
        options.lr = 0.1;
        options.weight_decay = 0.5;
        options.trust = 0.003;
        lars_update(given.lists(), options);
        return std::make_pair(given.momenta[0].item<float>(), given.params[0].item<float>());
    };
    auto expect = [&](const LarsOptions &options, float v, float w) {
        const auto [velocity, weight] = step(options);
        EXPECT_NEAR(velocity, v, 1e-7) << text_of(options);
        EXPECT_NEAR(weight, w, 3e-7) << text_of(options);
    };
    expect({0, 0.9, 0, 0, "simclr"}, 0.0906f, 1.9094f);
    expect({0, 0.9, 0, 0, "pytorch"}, 0.096f, 1.9904f);
    expect({0, 0.9, 0, 0, "larc"}, 0.096f, 1.9904f);
    expect({0, 0.9, 0, 0, "larc", "joint", false, true}, 0.15f, 1.985f);
    expect({0, 0.9, 0, 0, "pytorch", "separate", true}, 0.096f, 1.99076f);
}

TEST(LarsThreads, SameBytesWithOneAndTwoThreads) {
    auto run = [](int threads) {
        const Threads set(threads);
        Tensors given({{300, 301}, {7}}, at::kCPU);
        lars_update(given.lists(), {0.3});
        return given.params[0];
    };
    EXPECT_TRUE(at::equal(run(1), run(2)));
}

TEST(LarsErrors, NameTheValueAndTheRemedyAndWriteNothing) {
    auto expect = [&](const std::string &part, auto &&change) {
        Tensors given({{4}, {6}}, at::kCPU);
        const at::Tensor before = given.params[0].clone(), first = given.params[0];
        LarsOptions options{0.3};
        change(given, options);
        const std::string text = error_of([&] { lars_update(given.lists(), options); });
        EXPECT_TRUE(at::equal(first, before));
        EXPECT_EQ(text.rfind("[lars_update] ", 0), 0u) << text;
        EXPECT_NE(text.find(part), std::string::npos) << part << " not in: " << text;
    };
    using T = Tensors;
    using O = LarsOptions;
    expect("form: 'adam'", [](T &, O &o) { o.form = "adam"; });
    expect("denominator: 'sum'", [](T &, O &o) { o.denominator = "sum"; });
    expect("lr: -1", [](T &, O &o) { o.lr = -1; });
    expect("trust: nan", [](T &, O &o) { o.trust = NAN; });
    expect("2, 1, 2, 2 entries", [](T &t, O &) { t.grads.pop_back(); });
    expect("grads[1]: shape [5]", [](T &t, O &) { t.grads[1] = at::zeros({5}); });
    expect("grads[0]: undefined", [](T &t, O &) { t.grads[0] = at::Tensor(); });
    expect("momenta[0]: dtype Double",
           [](T &t, O &) { t.momenta[0] = at::zeros({4}, at::kDouble); });
    expect("grads[0]: dtype BFloat16",
           [](T &t, O &) { t.grads[0] = at::zeros({4}, at::kBFloat16); });
    expect("params[1]: strides [2]",
           [](T &t, O &) { t.params[1] = at::zeros({12}).slice(0, 0, 12, 2); });
    expect("shares memory with", [](T &t, O &) { t.momenta[1] = t.params[1]; });
    expect("shares memory with", [](T &t, O &) { t.grads[1] = t.params[1]; });
}

TEST(LarsErrors, OfMasters) {
    const Tensors given({{4}}, at::kCPU);
    const at::Tensor low = at::zeros({4}, at::kHalf);
    const std::vector<at::Tensor> grads{low}, copies{low.clone()},
        other{at::zeros({4}, at::kBFloat16)}, none(2, low);
    auto step = [&](at::TensorList gradients, at::TensorList of) {
        lars_update({given.params, gradients, given.momenta, of, given.adapt}, {0.3});
    };
    EXPECT_REFUSED(step(other, copies), "[lars_update] grads[0]: dtype BFloat16");
    EXPECT_REFUSED(step(grads, none), "copies: 2 entries, but 1 parameters");
    EXPECT_REFUSED(step(grads, grads), "shares memory with");
}

} // namespace
} // namespace haliclr::runtime
