// The hand-written CUDA kernels on a GPU, against LibTorch's operators.
#include "bench/cuda_baselines.h"

#include "bench/ntxent_baseline.h"
#include "runtime/binding/cuda.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace haliclr::bench {
namespace {

class CudaBaselines : public testing::Test {
protected:
    void SetUp() override {
        if (!runtime::cuda_problem().empty()) {
            GTEST_SKIP() << runtime::cuda_problem();
        }
        if (!cuda_baselines_problem().empty()) {
            GTEST_SKIP() << cuda_baselines_problem();
        }
        at::manual_seed(1);
    }

    at::Tensor random(at::IntArrayRef shape) const {
        return at::randn(shape, at::TensorOptions(at::Device(at::kCUDA, 0)));
    }
};

TEST_F(CudaBaselines, NtxentEqualsTheComposite) {
    for (const int64_t rows : {2, 66, 512, 1030}) {
        const at::Tensor z = random({rows, 128}), leaf = z.clone().requires_grad_();
        const at::Tensor loss = eager_ntxent(leaf, 0.1);
        loss.backward();
        EXPECT_TRUE(at::allclose(cuda_ntxent_loss(z, 0.1), loss, 1e-5, 1e-6)) << rows;
        EXPECT_TRUE(at::allclose(cuda_ntxent_gradient(z, 0.1), leaf.grad(), 1e-3, 1e-6)) << rows;
    }
}

TEST_F(CudaBaselines, LarsEqualsTheCompositeTensorByTensor) {
    for (const bool separate : {false, true}) {
        const LarsRates rates{0.3, 0.9, 1e-2, 0.1, separate};
        Model ours, theirs;
        for (const int64_t size : {1, 7, 8192, 20001}) {
            for (std::vector<at::Tensor> Model::*part :
                 {&Model::params, &Model::grads, &Model::momenta}) {
                (ours.*part).push_back(random({size}));
                (theirs.*part).push_back((ours.*part).back().clone());
            }
        }
        CudaLars update(ours);
        for (int i = 0; i < 2; ++i) {
            update.step(rates);
            lars_per_tensor(theirs, rates);
        }
        for (size_t i = 0; i < ours.params.size(); ++i) {
            EXPECT_TRUE(at::allclose(ours.params[i], theirs.params[i], 1e-5, 1e-6));
            EXPECT_TRUE(at::allclose(ours.momenta[i], theirs.momenta[i], 1e-5, 1e-6));
        }
    }
}

} // namespace
} // namespace haliclr::bench
