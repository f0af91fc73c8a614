// Every operator on OpenCL over problems of a few elements, so that a simulator of the device that
// checks each access can run them too (oclgrind.cmake).
#include "runtime/ops/views.h"
#include "tests/runtime/loss_reference.h"
#include "tests/runtime/update_case.h"

#include "runtime/autograd/pairwise.h"
#include "runtime/ops/gathered.h"

namespace haliclr::runtime {
namespace {

constexpr auto stock =
    "crop(0.08, 1) | flip | jitter(0.8, 0.8, 0.8, 0.2)@0.8 | grey@0.2 | blur(0.1, 2)@0.5 | "
    "solarize(0.5)@0.2";

class SmallOpencl : public EveryBackend {};

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

TEST_P(SmallOpencl, NtXentRecomputed) {
    expect_loss("recompute");
}
TEST_P(SmallOpencl, NtXentStored) {
    expect_loss("store");
}
TEST_P(SmallOpencl, NtXentHybrid) {
    expect_loss("hybrid");
}

TEST_P(SmallOpencl, SemiHardTriplets) {
    const PairwiseLoss loss{"margin_triplet", 0.5, 0.4, true};
    const at::Tensor rows = paired_rows(10, 7);
    const at::Tensor value = std::get<0>(pairwise_loss(rows, loss, {"hybrid"}));
    EXPECT_NEAR(value.item<double>(), loss_reference(rows, loss).statistics[0].item<double>(),
                1e-5);
}

TEST_P(SmallOpencl, NtXentOfTwoRanks) {
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

TEST_P(SmallOpencl, Views) {
    expect_views(stock, 8);
}

TEST_P(SmallOpencl, ViewsOfThreePixels) {
    expect_views(stock, 3);
}

TEST_P(SmallOpencl, ViewsOfTheStudy) {
    expect_views("simclr: crop(0.08, 1) | flip | jitter(0.8, 0.8, 0.8, 0.2)@0.8 | blur(0.1, 2)@0.5",
                 6);
}

TEST_P(SmallOpencl, ViewsOfEveryOtherOperator) {
    expect_views(
        "crop(0.08, 1) | rotate | equalize | sobel@0.5 | noise(0.1, 0.2)@0.5 | cutout(0.1, 0.3)",
        6);
}

const Shapes shapes{{5}, {1}, {3, 11}};
const LarsOptions lars{0.3, 0.9, 0.1, 0.02, "simclr", "joint", false, false};

TEST_P(SmallOpencl, Lars) {
    Tensors given(shapes, at::kCPU);
    const InDouble expected = in_double(given, lars);
    lars_update(given.lists(), lars);
    expect_close(given.params, expected.params, "params");
}

TEST_P(SmallOpencl, LarsThatCarriesItsSums) {
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

TEST_P(SmallOpencl, Momentum) {
    Tensors given(shapes, at::kCPU);
    const MomentumOptions options{0.3, 0.9, 0.1, true};
    const InDouble expected = in_double(given, options);
    momentum_sgd_step(given.lists(), options);
    expect_close(given.params, expected.params, "params");
}

INSTANTIATE_TEST_SUITE_P(Backends, SmallOpencl, testing::Values("opencl"), backend_name);

} // namespace
} // namespace haliclr::runtime
