// A multi-tensor problem in the flat layout, and one step of each rule in double.
#pragma once

#include "dsl/multi_tensor_layout.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

namespace haliclr::testing {

// The scalars of dsl/lars.h, in the order of LarsScalar.
struct LarsNumbers {
    double trust = 0.02, weight_decay = 0.1, momentum = 0.9, gain = 0.3, rate = 1.0,
           norm_decay = 0.1, zero_decay = 0.1, epsilon = 0, cap = std::numeric_limits<float>::max(),
           velocity_share = 1, push_share = 0;

    std::vector<double> list() const {
        return {trust,      weight_decay, momentum, gain,           rate,      norm_decay,
                zero_decay, epsilon,      cap,      velocity_share, push_share};
    }
};

// The scalars of dsl/momentum_sgd.h, in the order of MomentumScalar.
struct MomentumNumbers {
    double weight_decay = 0.1, momentum = 0.9, rate = 0.3, velocity_share = 1, push_share = 0;

    std::vector<double> list() const {
        return {weight_decay, momentum, rate, velocity_share, push_share};
    }
};

struct MultiTensorCase {
    int chunk;
    std::vector<int> sizes, adapt;
    std::vector<float> params, grads, momenta; // flat; padding holds values that must stay
    std::vector<int32_t> chunk_tensor, tensors;
    std::vector<int> offsets;

    MultiTensorCase(std::vector<int> tensor_sizes, std::vector<int> adapts,
                    int chunk_size = dsl::multi_tensor_chunk)
        : chunk(chunk_size), sizes(std::move(tensor_sizes)), adapt(std::move(adapts)) {
        int chunks = 0;
        for (size_t t = 0; t < sizes.size(); ++t) {
            offsets.push_back(chunks * chunk);
            tensors.insert(tensors.end(), {chunks, sizes[t], adapt[t]});
            const int of_tensor = (sizes[t] + chunk - 1) / chunk;
            chunk_tensor.insert(chunk_tensor.end(), of_tensor, static_cast<int32_t>(t));
            chunks += of_tensor;
        }
        tensors.insert(tensors.end(), {chunks, 0, 0});
        std::mt19937 random(7);
        std::normal_distribution<float> normal;
        for (auto *buffer : {&params, &grads, &momenta}) {
            for (int i = 0; i < chunks * chunk; ++i) {
                buffer->push_back(normal(random));
            }
        }
    }

    int chunks() const { return static_cast<int>(chunk_tensor.size()); }
    int count() const { return static_cast<int>(sizes.size()); }
    void fill(std::vector<float> &buffer, int tensor, float value) const {
        std::fill_n(buffer.begin() + offsets[tensor], sizes[tensor], value);
    }
};

struct StepResult {
    std::vector<double> params, momenta;
};

inline double norm(const std::vector<double> &values) {
    double squares = 0;
    for (double value : values) {
        squares += value * value;
    }
    return std::sqrt(squares);
}

// v and w of one tensor from its push.
inline void move_tensor(StepResult &result, int offset, const std::vector<double> &push,
                        double momentum, double rate, double velocity_share, double push_share) {
    for (size_t i = 0; i < push.size(); ++i) {
        double &velocity = result.momenta[offset + i];
        velocity = momentum * velocity + push[i];
        result.params[offset + i] -= rate * (velocity_share * velocity + push_share * push[i]);
    }
}

inline StepResult in_double(const MultiTensorCase &given, const LarsNumbers &n) {
    StepResult result{{given.params.begin(), given.params.end()},
                      {given.momenta.begin(), given.momenta.end()}};
    for (size_t t = 0; t < given.sizes.size(); ++t) {
        const double norm_decay = given.adapt[t] ? n.norm_decay : 0;
        std::vector<double> weight, decayed, push;
        for (int i = given.offsets[t]; i < given.offsets[t] + given.sizes[t]; ++i) {
            weight.push_back(given.params[i]);
            decayed.push_back(given.grads[i] + norm_decay * given.params[i]);
        }
        const double over = norm(weight), under = norm(decayed);
        const bool scaled = given.adapt[t] && over > 0 && under > 0;
        const double full = under + (n.weight_decay - n.norm_decay) * over + n.epsilon;
        const double ratio = scaled ? std::min(n.trust * over / full, n.cap) : 1;
        const double decay = given.adapt[t] ? (scaled ? n.weight_decay : n.zero_decay) : 0;
        for (int i = 0; i < given.sizes[t]; ++i) {
            push.push_back(n.gain * ratio *
                           (given.grads[given.offsets[t] + i] + decay * weight[i]));
        }
        move_tensor(result, given.offsets[t], push, n.momentum, n.rate, n.velocity_share,
                    n.push_share);
    }
    return result;
}

inline StepResult in_double(const MultiTensorCase &given, const MomentumNumbers &n) {
    StepResult result{{given.params.begin(), given.params.end()},
                      {given.momenta.begin(), given.momenta.end()}};
    for (size_t t = 0; t < given.sizes.size(); ++t) {
        std::vector<double> push;
        for (int i = given.offsets[t]; i < given.offsets[t] + given.sizes[t]; ++i) {
            push.push_back(given.grads[i] +
                           (given.adapt[t] ? n.weight_decay : 0) * given.params[i]);
        }
        move_tensor(result, given.offsets[t], push, n.momentum, n.rate, n.velocity_share,
                    n.push_share);
    }
    return result;
}

} // namespace haliclr::testing
