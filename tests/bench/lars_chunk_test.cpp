// The hand-written LARS kernels, thread by thread on the CPU, against loops in double.
#include "bench/cuda/lars_chunk.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace haliclr::bench::cuda {
namespace {

// A tensor with its chunks, aligned as the device's are.
struct Case {
    std::vector<Four> param, grad, momentum;
    HaliclrLarsTensor tensor;

    explicit Case(int64_t size)
        : param((size + 3) / 4), grad(param.size()),
          momentum(param.size()), tensor{param.front().at,
                                         grad.front().at,
                                         momentum.front().at,
                                         size,
                                         0,
                                         static_cast<int>((size + lars_chunk - 1) / lars_chunk)} {
        std::mt19937 random(3);
        std::normal_distribution<float> normal;
        for (std::vector<Four> *values : {&param, &grad, &momentum}) {
            for (Four &four : *values) {
                for (float &value : four.at) {
                    value = normal(random);
                }
            }
        }
    }
};

// The two kernels: squares of all chunks, then the update of each.
void step(const HaliclrLars &problem, const HaliclrLarsTensor &tensor) {
    Squares total;
    for (int chunk = 0; chunk < tensor.chunks; ++chunk) {
        for (int thread = 0; thread < lars_threads; ++thread) {
            total = total + squares_of(problem, tensor, int64_t{chunk} * lars_chunk, thread);
        }
    }
    const float rate = local_rate(problem, total);
    for (int chunk = 0; chunk < tensor.chunks; ++chunk) {
        for (int thread = 0; thread < lars_threads; ++thread) {
            update_chunk(problem, tensor, int64_t{chunk} * lars_chunk, thread, rate);
        }
    }
}

struct Expected {
    std::vector<double> param, momentum;
};

Expected expected(const HaliclrLars &problem, const HaliclrLarsTensor &tensor) {
    double weights = 0, grads = 0, joint = 0;
    for (int64_t i = 0; i < tensor.size; ++i) {
        const double weight = tensor.param[i], grad = tensor.grad[i];
        weights += weight * weight;
        grads += grad * grad;
        joint += std::pow(grad + problem.weight_decay * weight, 2);
    }
    const double norm = std::sqrt(weights);
    const double under =
        problem.separate ? std::sqrt(grads) + problem.weight_decay * norm : std::sqrt(joint);
    const double ratio = norm > 0 && grads > 0 ? problem.trust * norm / under : 1;
    Expected result;
    for (int64_t i = 0; i < tensor.size; ++i) {
        const double push = tensor.grad[i] + problem.weight_decay * double{tensor.param[i]};
        result.momentum.push_back(problem.momentum * double{tensor.momentum[i]} +
                                  problem.rate * ratio * push);
        result.param.push_back(tensor.param[i] - result.momentum.back());
    }
    return result;
}

void expect_equal(const HaliclrLars &problem, const HaliclrLarsTensor &tensor) {
    const Expected by_loops = expected(problem, tensor);
    step(problem, tensor);
    for (int64_t i = 0; i < tensor.size; ++i) {
        ASSERT_NEAR(tensor.param[i], by_loops.param[i], 2e-6 * (1 + std::abs(by_loops.param[i])));
        ASSERT_NEAR(tensor.momentum[i], by_loops.momentum[i], 2e-6);
    }
}

HaliclrLars problem_with(bool separate) {
    return {nullptr, nullptr, 0, 0.3f, 0.9f, 0.01f, 0.5f, separate, nullptr};
}

TEST(LarsChunk, EqualsLoopsInDouble) {
    for (const int64_t size : {1, 3, 5, 64, lars_chunk - 1, lars_chunk, 2 * lars_chunk + 7}) {
        for (const bool separate : {false, true}) {
            const Case one(size);
            expect_equal(problem_with(separate), one.tensor);
        }
    }
}

TEST(LarsChunk, ATensorOfNormZeroHasRatioOne) {
    Case one(100);
    std::fill(one.param.begin(), one.param.end(), Four{});
    expect_equal(problem_with(false), one.tensor);
}

} // namespace
} // namespace haliclr::bench::cuda
