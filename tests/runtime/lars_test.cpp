// LARS on every back end against double, on separate tensors and on flat storage.
#include "runtime/ops/flat.h"
#include "runtime/ops/lars.h"
#include "tests/runtime/backends.h"

#include <torch/torch.h>

#include <limits>

namespace haliclr::runtime {
namespace {

struct Rates {
    double lr = 0.3, momentum = 0.9, weight_decay = 0.1, trust = 0.02;
};

struct Problem {
    std::vector<at::Tensor> params, grads, momenta;
    std::vector<bool> adapt;

    Problem(const std::vector<std::vector<int64_t>> &shapes, at::Device device) {
        torch::manual_seed(5);
        for (size_t i = 0; i < shapes.size(); ++i) {
            for (auto *list : {&params, &grads, &momenta}) {
                list->push_back(at::randn(shapes[i]).to(device));
            }
            adapt.push_back(i % 3 != 1);
        }
    }

    void step(const Rates &rates, const std::string &form) {
        lars_step(params, grads, momenta, adapt, rates.lr, rates.momentum, rates.weight_decay,
                  rates.trust, form);
    }
};

struct Expected {
    std::vector<at::Tensor> params, momenta;
};

Expected in_double(const Problem &problem, const Rates &rates, const std::string &form) {
    Expected result;
    for (size_t i = 0; i < problem.params.size(); ++i) {
        const at::Tensor w = problem.params[i].cpu().to(at::kDouble);
        const at::Tensor g = problem.grads[i].cpu().to(at::kDouble);
        const at::Tensor v = problem.momenta[i].cpu().to(at::kDouble);
        const at::Tensor u = problem.adapt[i] ? g + rates.weight_decay * w : g;
        const double over = w.norm().item<double>(), under = u.norm().item<double>();
        const bool scaled = problem.adapt[i] && over > 0 && under > 0;
        const double ratio = scaled ? rates.trust * over / under : 1;
        const bool inside = form == "simclr";
        result.momenta.push_back(rates.momentum * v + (inside ? rates.lr : 1) * ratio * u);
        result.params.push_back(w - (inside ? 1 : rates.lr) * result.momenta.back());
    }
    return result;
}

void expect_step(Problem &problem, const Rates &rates, const std::string &form) {
    for (int step = 0; step < 2; ++step) {
        const Expected expected = in_double(problem, rates, form);
        problem.step(rates, form);
        for (size_t i = 0; i < problem.params.size(); ++i) {
            auto close = [](const at::Tensor &found, const at::Tensor &reference) {
                return at::allclose(found.cpu().to(at::kDouble), reference, 1e-5, 1e-5);
            };
            EXPECT_TRUE(close(problem.params[i], expected.params[i])) << form << ", params " << i;
            EXPECT_TRUE(close(problem.momenta[i], expected.momenta[i]))
                << form << ", momenta " << i;
        }
    }
}

const std::vector<std::vector<int64_t>> shapes{{64, 3, 7, 7}, {1},    {0},      {1023},
                                               {1024},        {1025}, {31, 67}, {512, 130}};

std::vector<std::pair<std::string, at::Tensor>> named(const std::vector<at::Tensor> &params) {
    std::vector<std::pair<std::string, at::Tensor>> list;
    for (size_t i = 0; i < params.size(); ++i) {
        list.emplace_back("layer" + std::to_string(i), params[i]);
    }
    return list;
}

class LarsStep : public EveryBackend {};

TEST_P(LarsStep, SeparateTensors) {
    for (const std::string form : {"simclr", "pytorch"}) {
        Problem problem(shapes, device());
        expect_step(problem, Rates{}, form);
    }
}

TEST_P(LarsStep, FlatStorageEqualsSeparateTensors) {
    for (const std::string form : {"simclr", "pytorch"}) {
        Problem separate(shapes, device()), flat(shapes, device());
        for (at::Tensor &param : flat.params) {
            param = param.clone();
        }
        FlatParameters storage(named(flat.params));
        for (size_t i = 0; i < flat.params.size(); ++i) {
            storage.grads()[i].copy_(flat.grads[i]);
            storage.momenta()[i].copy_(flat.momenta[i]);
        }
        flat.grads = storage.grads();
        flat.momenta = storage.momenta();
        expect_step(flat, Rates{}, form);
        separate.step(Rates{}, form);
        separate.step(Rates{}, form);
        for (size_t i = 0; i < flat.params.size(); ++i) {
            // The tail of a separate tensor is scalar code, which may round its last bit otherwise.
            EXPECT_TRUE(at::allclose(flat.params[i], separate.params[i], 1e-6, 1e-7))
                << form << " " << i;
        }
    }
}

TEST_P(LarsStep, NeighboursInOneStorageAreNotTouched) {
    // The layout of flat storage, but the gap after each tensor belongs to someone else.
    Problem problem({{700}, {1500}}, device());
    std::vector<at::Tensor> stores;
    for (auto *list : {&problem.params, &problem.grads, &problem.momenta}) {
        at::Tensor store = at::full({1024 + 1500 + 99}, 8.0f, at::device(device()));
        store.slice(0, 0, 700).copy_((*list)[0]);
        store.slice(0, 1024, 2524).copy_((*list)[1]);
        *list = {store.slice(0, 0, 700), store.slice(0, 1024, 2524)};
        stores.push_back(store);
    }
    expect_step(problem, Rates{}, "simclr");
    for (const at::Tensor &store : stores) {
        EXPECT_TRUE(store.slice(0, 700, 1024).eq(8).all().item<bool>());
        EXPECT_TRUE(store.slice(0, 2524).eq(8).all().item<bool>());
    }
}

TEST_P(LarsStep, ZeroNormsAndManyTinyTensors) {
    Problem problem(std::vector<std::vector<int64_t>>(200, {3}), device());
    problem.params[0].zero_();
    problem.grads[2].zero_();
    problem.params[2].zero_();
    expect_step(problem, Rates{}, "simclr");
}

TEST_P(LarsStep, ChannelsLast) {
    Problem problem({{8, 5, 3, 3}}, device());
    for (auto *list : {&problem.params, &problem.grads, &problem.momenta}) {
        (*list)[0] = (*list)[0].contiguous(at::MemoryFormat::ChannelsLast);
    }
    expect_step(problem, Rates{}, "pytorch");
}

INSTANTIATE_TEST_SUITE_P(Backends, LarsStep, every_backend, backend_name);

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
    EXPECT_REFUSED(FlatParameters(std::vector<std::pair<std::string, at::Tensor>>{}),
                   "no parameters");
}

TEST(LarsThreads, SameBytesWithOneAndTwoThreads) {
    auto run = [](int threads) {
        const Threads set(threads);
        Problem problem({{300, 301}, {7}}, at::kCPU);
        problem.step(Rates{}, "simclr");
        return problem.params[0];
    };
    EXPECT_TRUE(at::equal(run(1), run(2)));
}

TEST(LarsErrors, NameTheValueAndTheRemedyAndWriteNothing) {
    const Problem good({{4}, {6}}, at::kCPU);
    auto with = [&](auto &&change) {
        Problem problem({{4}, {6}}, at::kCPU);
        const at::Tensor before = problem.params[0].clone(), first = problem.params[0];
        Rates rates;
        std::string form = "simclr";
        change(problem, rates, form);
        const std::string text = error_of([&] { problem.step(rates, form); });
        EXPECT_TRUE(at::equal(first, before));
        return text;
    };
    auto expect = [&](const std::string &part, auto &&change) {
        const std::string text = with(change);
        EXPECT_EQ(text.rfind("[lars_step] ", 0), 0u) << text;
        EXPECT_NE(text.find(part), std::string::npos) << part << " not in: " << text;
    };
    expect("form: 'adam'", [](Problem &, Rates &, std::string &form) { form = "adam"; });
    expect("lr: -1", [](Problem &, Rates &rates, std::string &) { rates.lr = -1; });
    expect("trust: nan", [](Problem &, Rates &rates, std::string &) { rates.trust = NAN; });
    expect("2, 1, 2, 2 entries", [](Problem &p, Rates &, std::string &) { p.grads.pop_back(); });
    expect("grads[1]: shape [5]",
           [](Problem &p, Rates &, std::string &) { p.grads[1] = at::zeros({5}); });
    expect("grads[0]: undefined",
           [](Problem &p, Rates &, std::string &) { p.grads[0] = at::Tensor(); });
    expect("momenta[0]: dtype Double",
           [](Problem &p, Rates &, std::string &) { p.momenta[0] = at::zeros({4}, at::kDouble); });
    expect("params[1]: strides [2]", [](Problem &p, Rates &, std::string &) {
        p.params[1] = at::zeros({12}).slice(0, 0, 12, 2);
    });
    expect("shares memory with",
           [](Problem &p, Rates &, std::string &) { p.momenta[1] = p.params[1]; });
    expect("shares memory with",
           [](Problem &p, Rates &, std::string &) { p.grads[1] = p.params[1]; });
}

} // namespace
} // namespace haliclr::runtime
