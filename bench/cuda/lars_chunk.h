// The arithmetic of LARS over chunks of tensors, as one thread of a block does it.
#pragma once

#include "bench/cuda/baselines.h"
#include "bench/cuda/host_device.h"

#include <cmath>

namespace haliclr::bench::cuda {

constexpr int lars_threads = 256;
constexpr int lars_chunk = 8192; // elements of a block

// Of weights, and of what stands under the ratio.
struct Squares {
    float weight = 0, under = 0;
};

HALICLR_HOST_DEVICE Squares operator+(const Squares &a, const Squares &b) {
    return {a.weight + b.weight, a.under + b.under};
}

// Calls fours(index) for the runs of four that are the thread's in a chunk, then one(index) for an
// element of the cut run.
template <typename Fours, typename One>
HALICLR_HOST_DEVICE void for_elements(const HaliclrLarsTensor &tensor, int64_t first, int thread,
                                      const Fours &fours, const One &one) {
    const int64_t left = tensor.size - first;
    const int count = left < lars_chunk ? static_cast<int>(left) : lars_chunk;
    const int whole = count / 4 * 4;
    for (int i = 4 * thread; i < whole; i += 4 * lars_threads) {
        fours(first + i);
    }
    if (whole + thread < count) {
        one(first + whole + thread);
    }
}

HALICLR_HOST_DEVICE void add_squares(Squares &sum, float weight, float grad, float decay) {
    const float under = grad + decay * weight;
    sum.weight += weight * weight;
    sum.under += under * under;
}

// The thread's share of a chunk's squares.
HALICLR_HOST_DEVICE Squares squares_of(const HaliclrLars &problem, const HaliclrLarsTensor &tensor,
                                       int64_t first, int thread) {
    const float decay = problem.separate ? 0.0f : problem.weight_decay;
    Squares sum;
    for_elements(
        tensor, first, thread,
        [&](int64_t at) {
            const Four weight = load_four(tensor.param + at), grad = load_four(tensor.grad + at);
            for (int i = 0; i < 4; ++i) {
                add_squares(sum, weight.at[i], grad.at[i], decay);
            }
        },
        [&](int64_t at) { add_squares(sum, tensor.param[at], tensor.grad[at], decay); });
    return sum;
}

// Rate times trust ratio; the ratio is 1 where a norm is 0.
HALICLR_HOST_DEVICE float local_rate(const HaliclrLars &problem, const Squares &total) {
    const float weight = sqrtf(total.weight), tested = sqrtf(total.under);
    const float under = problem.separate ? tested + problem.weight_decay * weight : tested;
    const bool usable = weight > 0 && tested > 0;
    return problem.rate * (usable ? problem.trust * weight / under : 1.0f);
}

// One element: returns the new weight and changes the velocity.
HALICLR_HOST_DEVICE float stepped(const HaliclrLars &problem, float rate, float weight, float grad,
                                  float &velocity) {
    velocity = problem.momentum * velocity + rate * (grad + problem.weight_decay * weight);
    return weight - velocity;
}

// The thread's share of a chunk's update.
HALICLR_HOST_DEVICE void update_chunk(const HaliclrLars &problem, const HaliclrLarsTensor &tensor,
                                      int64_t first, int thread, float rate) {
    for_elements(
        tensor, first, thread,
        [&](int64_t at) {
            Four weight = load_four(tensor.param + at), velocity = load_four(tensor.momentum + at);
            const Four grad = load_four(tensor.grad + at);
            for (int i = 0; i < 4; ++i) {
                weight.at[i] = stepped(problem, rate, weight.at[i], grad.at[i], velocity.at[i]);
            }
            store_four(tensor.param + at, weight);
            store_four(tensor.momentum + at, velocity);
        },
        [&](int64_t at) {
            tensor.param[at] =
                stepped(problem, rate, tensor.param[at], tensor.grad[at], tensor.momentum[at]);
        });
}

} // namespace haliclr::bench::cuda
