// Problems for multi-tensor updates over tensors, and a step of each form in double.
#pragma once

#include "runtime/ops/flat_update.h"
#include "tests/runtime/backends.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>

namespace haliclr::runtime {

using Shapes = std::vector<std::vector<int64_t>>;

struct Tensors {
    std::vector<at::Tensor> params, grads, momenta;
    std::vector<bool> adapt;

    Tensors(const Shapes &shapes, at::Device device) {
        at::manual_seed(5);
        for (size_t i = 0; i < shapes.size(); ++i) {
            for (auto *list : {&params, &grads, &momenta}) {
                list->push_back(at::randn(shapes[i]).to(device));
            }
            adapt.push_back(i % 3 != 1);
        }
    }

    UpdateLists lists() const { return {params, grads, momenta, {}, adapt}; }
    std::vector<std::pair<std::string, at::Tensor>> named() const {
        std::vector<std::pair<std::string, at::Tensor>> list;
        for (size_t i = 0; i < params.size(); ++i) {
            list.emplace_back("layer" + std::to_string(i), params[i]);
        }
        return list;
    }
};

struct InDouble {
    std::vector<at::Tensor> params, momenta;
};

inline at::Tensor doubled(const at::Tensor &tensor) {
    return tensor.detach().cpu().to(at::kDouble);
}

// How v and w move by a push; `rate` is what multiplies v.
inline void move(InDouble &result, const at::Tensor &w, const at::Tensor &v, const at::Tensor &push,
                 double momentum, double rate, bool nesterov) {
    result.momenta.push_back(momentum * v + push);
    const at::Tensor &next = result.momenta.back();
    result.params.push_back(w - rate * (nesterov ? momentum * next + push : next));
}

// Each form as its source writes it, branch by branch.
inline InDouble in_double(const Tensors &given, const LarsOptions &o) {
    InDouble result;
    for (size_t i = 0; i < given.params.size(); ++i) {
        const at::Tensor w = doubled(given.params[i]), g = doubled(given.grads[i]);
        const double d = given.adapt[i] ? o.weight_decay : 0;
        const at::Tensor u = g + d * w;
        const double over = w.norm().item<double>(), gradient = g.norm().item<double>();
        at::Tensor push = u;
        if (o.form == "larc") {
            push = g;
            if (given.adapt[i] && over > 0 && gradient > 0) {
                double local = o.trust * over / (gradient + d * over + 1e-8);
                local = o.clip ? std::min(local / o.lr, 1.0) : local;
                push = local * u;
            }
        } else {
            const bool joint = o.denominator == "joint";
            const double tested = joint ? u.norm().item<double>() : gradient;
            const double under = joint ? tested : gradient + d * over;
            if (given.adapt[i] && over > 0 && tested > 0) {
                const double ratio = o.trust * over / under;
                push = (o.clip ? std::min(ratio, 1.0) : ratio) * u;
            }
        }
        const bool inside = o.form == "simclr";
        move(result, w, doubled(given.momenta[i]), inside ? o.lr * push : push, o.momentum,
             inside ? 1 : o.lr, o.nesterov);
    }
    return result;
}

inline InDouble in_double(const Tensors &given, const MomentumOptions &o) {
    InDouble result;
    for (size_t i = 0; i < given.params.size(); ++i) {
        const at::Tensor w = doubled(given.params[i]);
        const at::Tensor push = doubled(given.grads[i]) + (given.adapt[i] ? o.weight_decay : 0) * w;
        move(result, w, doubled(given.momenta[i]), push, o.momentum, o.lr, o.nesterov);
    }
    return result;
}

inline void expect_close(const std::vector<at::Tensor> &found,
                         const std::vector<at::Tensor> &expected, const std::string &what,
                         double tolerance = 1e-5) {
    for (size_t i = 0; i < expected.size(); ++i) {
        EXPECT_TRUE(at::allclose(doubled(found[i]), expected[i], tolerance, tolerance))
            << what << ", tensor " << i;
    }
}

// Options whose every choice shows in the result of Tensors: ratios on both sides of a clip.
inline std::vector<LarsOptions> every_form() {
    std::vector<LarsOptions> list;
    for (const std::string form : {"simclr", "pytorch", "larc"}) {
        for (const std::string denominator : {"joint", "separate"}) {
            for (const bool nesterov : {false, true}) {
                for (const bool clip : {false, true}) {
                    const double trust = clip ? form == "larc" ? 0.3 : 1.05 : 0.02;
                    list.push_back({0.3, 0.9, 0.1, trust, form, denominator, nesterov, clip});
                }
            }
        }
    }
    return list;
}

inline std::string text_of(const LarsOptions &o) {
    return o.form + " " + o.denominator + (o.nesterov ? " nesterov" : "") + (o.clip ? " clip" : "");
}

} // namespace haliclr::runtime
