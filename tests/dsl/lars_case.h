// A LARS problem of several tensors in the flat layout, and one step of it in double.
#pragma once

#include "dsl/lars_layout.h"

#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

namespace haliclr::testing {

struct LarsRates {
    double trust = 0.02, weight_decay = 0.1, momentum = 0.9, gain = 0.3, rate = 1.0;
};

struct LarsCase {
    std::vector<int> sizes;
    std::vector<int> adapt;
    std::vector<float> params, grads,
        momenta; // flat; padding holds values that must not be touched
    std::vector<int32_t> chunk_tensor, tensors;
    std::vector<int> offsets;

    // `cut`: the buffers end with the last element instead of with the last chunk.
    LarsCase(std::vector<int> tensor_sizes, std::vector<int> adapts, int chunk, bool cut = false)
        : sizes(std::move(tensor_sizes)), adapt(std::move(adapts)) {
        int chunks = 0;
        for (size_t t = 0; t < sizes.size(); ++t) {
            offsets.push_back(chunks * chunk);
            tensors.insert(tensors.end(), {chunks, sizes[t], adapt[t]});
            const int of_tensor = (sizes[t] + chunk - 1) / chunk;
            chunk_tensor.insert(chunk_tensor.end(), of_tensor, static_cast<int32_t>(t));
            chunks += of_tensor;
        }
        tensors.insert(tensors.end(), {chunks, 0, 0});
        const int total = cut ? offsets.back() + sizes.back() : chunks * chunk;
        std::mt19937 random(7);
        std::normal_distribution<float> normal;
        for (auto *buffer : {&params, &grads, &momenta}) {
            for (int i = 0; i < total; ++i) {
                buffer->push_back(normal(random));
            }
        }
    }

    void fill(std::vector<float> &buffer, int tensor, float value) const {
        std::fill_n(buffer.begin() + offsets[tensor], sizes[tensor], value);
    }
};

struct LarsResult {
    std::vector<double> params, momenta;
};

inline double norm(const std::vector<double> &values) {
    double squares = 0;
    for (double value : values) {
        squares += value * value;
    }
    return std::sqrt(squares);
}

inline LarsResult lars_in_double(const LarsCase &lars, const LarsRates &rates) {
    LarsResult result{{lars.params.begin(), lars.params.end()},
                      {lars.momenta.begin(), lars.momenta.end()}};
    for (size_t t = 0; t < lars.sizes.size(); ++t) {
        const double decay = lars.adapt[t] ? rates.weight_decay : 0;
        std::vector<double> weight, gradient;
        for (int i = lars.offsets[t]; i < lars.offsets[t] + lars.sizes[t]; ++i) {
            weight.push_back(lars.params[i]);
            gradient.push_back(lars.grads[i] + decay * lars.params[i]);
        }
        const double over = norm(weight), under = norm(gradient);
        const double ratio =
            lars.adapt[t] && over > 0 && under > 0 ? rates.trust * over / under : 1;
        for (int i = 0; i < lars.sizes[t]; ++i) {
            double &velocity = result.momenta[lars.offsets[t] + i];
            velocity = rates.momentum * velocity + rates.gain * ratio * gradient[i];
            result.params[lars.offsets[t] + i] -= rates.rate * velocity;
        }
    }
    return result;
}

} // namespace haliclr::testing
