// Every operator over problems of a few elements, which simulators of devices that check each
// access can run: the OpenCL kernels on oclgrind's device too (oclgrind.cmake), the CUDA kernels on
// our own.
#include "runtime/ops/views.h"
#include "tests/runtime/backends.h"
#include "tests/runtime/loss_reference.h"
#include "tests/runtime/update_case.h"

#include "runtime/autograd/pairwise.h"
#include "runtime/ops/gathered.h"

namespace haliclr::runtime {
namespace {

constexpr auto stock =
    "crop(0.08, 1) | flip | jitter(0.8, 0.8, 0.8, 0.2)@0.8 | grey@0.2 | blur(0.1, 2)@0.5 | "
    "solarize(0.5)@0.2";

class Small : public EveryBackend {
protected:
    void TearDown() override {
        EveryBackend::TearDown();
        EXPECT_EQ(simulated_cuda().device.launches > before, is_simulated());
    }

private:
    const uint32_t before = simulated_cuda().device.launches;
};

void expect_loss(const std::string &mode) {
    const PairwiseLoss loss{"ntxent", 0.5};
    const at::Tensor rows = paired_rows(10, 7);
    const LossReference expected = loss_reference(rows, loss);
    const at::Tensor z = rows.clone().requires_grad_();
    const auto [value, accuracy, entropy] = pairwise_loss(z, loss, {mode});
    value.backward();
    expect_statistics(at::stack({value, accuracy, entropy}).detach(), expected);
    expect_gradient(z.grad(), expected, 1e-2);
}

TEST_P(Small, NtXentRecomputed) {
    expect_loss("recompute");
}
TEST_P(Small, NtXentStored) {
    expect_loss("store");
}
TEST_P(Small, NtXentHybrid) {
    expect_loss("hybrid");
}

TEST_P(Small, SemiHardTriplets) {
    const PairwiseLoss loss{"margin_triplet", 0.5, 0.4, true};
    const at::Tensor rows = paired_rows(10, 7);
    const at::Tensor value = std::get<0>(pairwise_loss(rows, loss, {"hybrid"}));
    EXPECT_NEAR(value.item<double>(), loss_reference(rows, loss).statistics[0].item<double>(),
                1e-5);
}

TEST_P(Small, NtXentOfTwoRanks) {
    const at::Tensor z = paired_rows(12, 5);
    for (int64_t rank = 0; rank < 2; ++rank) {
        EXPECT_TRUE(gathered_forward(z, {rank, 2}, {"ntxent", 0.5})
                        .statistics.isfinite()
                        .all()
                        .item<bool>());
    }
}

// Two images, of 5 x 7 and 7 x 5 pixels, as on the CPU.
void expect_views(const std::string &recipe, int64_t size) {
    const at::Tensor bytes = at::arange(2 * 5 * 7 * 3).remainder(251).to(at::kByte);
    const at::Tensor table = at::tensor({0, 5, 7, 105, 7, 5}, at::kInt).view({2, 3});
    const at::Tensor draws = view_draws(recipe, table, at::arange(2), 11, 3);
    const at::Tensor found = views(recipe, bytes, table, draws, size);
    const ForcedBackend cpu("cpu");
    const at::Tensor expected = views(recipe, bytes, table, draws, size);
    EXPECT_TRUE(at::allclose(found, expected, 1e-5, 1e-4)) << recipe << " at " << size;
}

TEST_P(Small, Views) {
    expect_views(stock, 8);
}

TEST_P(Small, ViewsOfThreePixels) {
    expect_views(stock, 3);
}

TEST_P(Small, ViewsOfTheStudy) {
    expect_views("simclr: crop(0.08, 1) | flip | jitter(0.8, 0.8, 0.8, 0.2)@0.8 | blur(0.1, 2)@0.5",
                 6);
}

TEST_P(Small, ViewsOfEveryOtherOperator) {
    expect_views(
        "crop(0.08, 1) | rotate | equalize | sobel@0.5 | noise(0.1, 0.2)@0.5 | cutout(0.1, 0.3)",
        6);
}

const Shapes shapes{{5}, {1}, {3, 11}};
const LarsOptions lars{0.3, 0.9, 0.1, 0.02, "simclr", "joint", false, false};

TEST_P(Small, Lars) {
    Tensors given(shapes, at::kCPU);
    const InDouble expected = in_double(given, lars);
    lars_update(given.lists(), lars);
    expect_close(given.params, expected.params, "params");
}

TEST_P(Small, LarsThatCarriesItsSums) {
    Tensors given(shapes, at::kCPU);
    FlatUpdate update(FlatParameters(given.named()), given.adapt);
    for (int step = 0; step < 2; ++step) {
        for (const at::Tensor &gradient : update.parameters().grads()) {
            gradient.fill_(0.5 + step);
        }
        given.grads = update.parameters().grads();
        given.momenta = update.parameters().momenta();
        const InDouble expected = in_double(given, lars);
        update.lars(lars);
        expect_close(given.params, expected.params, "params");
    }
}

TEST_P(Small, Momentum) {
    Tensors given(shapes, at::kCPU);
    const MomentumOptions options{0.3, 0.9, 0.1, true};
    const InDouble expected = in_double(given, options);
    momentum_sgd_step(given.lists(), options);
    expect_close(given.params, expected.params, "params");
}

// Products of fragments, of which a warp of threads holds the parts.
class SmallTensorCores : public testing::TestWithParam<std::string> {};

TEST_P(SmallTensorCores, NtXent) {
    const OnSimulatedCuda cuda;
    const PairwiseLoss loss{"ntxent", 0.5};
    const bool is_tf32 = GetParam() == "tf32";
    // docs/tensor-cores.md, "What the rounding costs".
    const double rounding = is_tf32 ? 0x1p-10 : 0x1p-7, in_similarity = rounding / 0.5;
    for (const auto &[rows, columns] : {std::pair{10, 7}, {70, 33}, {130, 64}}) {
        const at::Tensor given = paired_rows(rows, columns);
        const LossReference expected = loss_reference(given, loss);
        const at::Tensor z = given.clone().requires_grad_();
        PairwiseMode mode{"tensor"};
        mode.precision = GetParam();
        const at::Tensor value = std::get<0>(pairwise_loss(z, loss, mode));
        value.backward();
        EXPECT_NEAR(value.item<double>(), expected.statistics[0].item<double>(), in_similarity);
        const double off = (z.grad().to(at::kDouble) - expected.dz).abs().max().item<double>();
        EXPECT_LT(off, 4 * in_similarity * expected.dz.abs().max().item<double>()) << rows;
        EXPECT_GT(off, 0) << "no factor was rounded";
    }
}

INSTANTIATE_TEST_SUITE_P(Types, SmallTensorCores, testing::Values("tf32", "bf16"), backend_name);

INSTANTIATE_TEST_SUITE_P(Backends, Small, testing::Values("opencl", "simulated_cuda"),
                         backend_name);

} // namespace
} // namespace haliclr::runtime
