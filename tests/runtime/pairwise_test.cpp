// NT-Xent on every back end against LibTorch's autograd in double.
#include "runtime/autograd/pairwise.h"
#include "tests/runtime/backends.h"

#include <torch/torch.h>

#include <limits>

namespace haliclr::runtime {
namespace {

struct Reference {
    at::Tensor loss, accuracy, entropy, dz;
};

Reference reference(const at::Tensor &input, double temperature) {
    const at::Tensor z = input.detach().to(at::kCPU, at::kDouble).requires_grad_();
    const int64_t rows = z.size(0);
    const at::Tensor unit = z / z.norm(2, {1}, true).clamp_min(1e-12);
    const at::Tensor self = at::eye(rows, at::kBool);
    const at::Tensor logits = (at::mm(unit, unit.t()) / temperature)
                                  .masked_fill(self, -std::numeric_limits<double>::infinity());
    const at::Tensor positive = at::remainder(at::arange(rows) + rows / 2, rows).unsqueeze(1);
    const at::Tensor log_share = at::log_softmax(logits, 1);
    const at::Tensor loss = -log_share.gather(1, positive).mean();
    const at::Tensor share = log_share.exp();
    const at::Tensor entropy = -(share * log_share.masked_fill(self, 0)).sum(1).mean();
    const at::Tensor best = logits.argmax(1, true);
    loss.backward();
    return {loss.detach(), best.eq(positive).to(at::kDouble).mean(), entropy.detach(), z.grad()};
}

double relative_error(const at::Tensor &found, const at::Tensor &expected) {
    const at::Tensor difference = found.detach().to(at::kCPU, at::kDouble) - expected;
    return difference.norm().item<double>() / (expected.norm().item<double>() + 1e-12);
}

at::Tensor random_rows(int64_t rows, int64_t columns) {
    torch::manual_seed(3);
    return at::randn({rows, columns});
}

void expect_reference(const at::Tensor &rows, double temperature, at::Device device) {
    const Reference expected = reference(rows, temperature);
    const at::Tensor z = rows.to(device).detach().requires_grad_();
    const auto [loss, accuracy, entropy] = ntxent(z, temperature);
    loss.backward();
    const auto where = c10::str(rows.sizes(), ", temperature ", temperature);
    EXPECT_LT(std::abs(loss.item<double>() - expected.loss.item<double>()),
              1e-5 * (1 + expected.loss.item<double>()))
        << where;
    EXPECT_NEAR(accuracy.item<double>(), expected.accuracy.item<double>(), 1e-6) << where;
    EXPECT_NEAR(entropy.item<double>(), expected.entropy.item<double>(), 1e-4) << where;
    // With two rows the loss is constant and its gradient zero up to rounding.
    if (rows.size(0) > 2 && rows.size(1) > 1) {
        EXPECT_LT(relative_error(z.grad(), expected.dz), 2e-5) << where;
    }
}

class NtXent : public EveryBackend {};

TEST_P(NtXent, LossAndGradientOverOddPrimeAndUnitSizes) {
    for (const auto &[rows, columns] : std::vector<std::pair<int64_t, int64_t>>{
             {2, 1}, {2, 5}, {4, 3}, {6, 1}, {14, 17}, {66, 31}, {130, 64}, {262, 127}}) {
        expect_reference(random_rows(rows, columns), 0.5, device());
    }
}

TEST_P(NtXent, EveryTemperature) {
    for (double temperature : {0.005, 0.02, 0.0249, 0.025, 0.07, 1.0, 10.0}) {
        expect_reference(random_rows(38, 16), temperature, device());
    }
}

TEST_P(NtXent, RowsFarApartInMemory) {
    expect_reference(random_rows(22, 40).slice(1, 3, 24), 0.2, device());
}

TEST_P(NtXent, HalfTypesComputeInFloatAndReturnTheirOwnGradient) {
    for (at::ScalarType type : {at::kHalf, at::kBFloat16}) {
        const at::Tensor rows = random_rows(18, 12).to(type);
        const Reference expected = reference(rows, 0.5);
        const at::Tensor z = rows.to(device()).detach().requires_grad_();
        const at::Tensor loss = std::get<0>(ntxent(z, 0.5));
        (loss * 3).backward();
        EXPECT_EQ(loss.scalar_type(), at::kFloat);
        EXPECT_NEAR(loss.item<double>(), expected.loss.item<double>(), 1e-5);
        EXPECT_EQ(z.grad().scalar_type(), type);
        EXPECT_LT(relative_error(z.grad(), expected.dz * 3), 1e-2);
    }
}

TEST_P(NtXent, ZeroRowsStayFinite) {
    at::Tensor rows = random_rows(10, 6);
    rows[3].zero_();
    const at::Tensor z = rows.to(device()).detach().requires_grad_();
    for (double temperature : {0.5, 0.01}) {
        const auto [loss, accuracy, entropy] = ntxent(z, temperature);
        loss.backward();
        EXPECT_TRUE(at::isfinite(loss).item<bool>());
        EXPECT_TRUE(at::isfinite(z.grad()).all().item<bool>());
    }
}

INSTANTIATE_TEST_SUITE_P(Backends, NtXent, every_backend, backend_name);

TEST(NtXentThreads, SameBytesWithOneAndTwoThreads) {
    auto run = [](int threads) {
        const Threads set(threads);
        const at::Tensor z = random_rows(262, 64).requires_grad_();
        const at::Tensor loss = std::get<0>(ntxent(z, 0.1));
        loss.backward();
        return at::cat({loss.detach().view({1}), z.grad().flatten()});
    };
    EXPECT_TRUE(at::equal(run(1), run(2)));
}

TEST(NtXentBelowTheKernels, KeepsTheirConventions) {
    at::Tensor z = at::ones({600, 7});
    EXPECT_EQ(std::get<1>(ntxent(z, 0.01)).item<float>(), 0) << "equal rows win no comparison";
    z[3][2] = std::numeric_limits<float>::quiet_NaN();
    EXPECT_TRUE(std::isnan(std::get<0>(ntxent(z, 0.01)).item<float>()));
    EXPECT_TRUE(std::isnan(std::get<2>(ntxent(z, 0.01)).item<float>()));
    const ForcedBackend unknown("metal");
    EXPECT_REFUSED(ntxent(z, 0.01), "[ntxent] HALICLR_BACKEND=metal");
}

TEST(NtXentErrors, NameTheValueAndTheRemedy) {
    const at::Tensor z = random_rows(4, 3);
    EXPECT_REFUSED(ntxent(z[0], 0.5), "[ntxent] z: shape [3]", "[2N, D]");
    EXPECT_REFUSED(ntxent(z.slice(0, 0, 3), 0.5), "[ntxent] z: 3 rows", "even");
    EXPECT_REFUSED(ntxent(z.slice(0, 0, 0), 0.5), "[ntxent] z: 0 rows");
    EXPECT_REFUSED(ntxent(z.slice(1, 0, 0), 0.5), "[ntxent] z: shape [4, 0]", "column");
    EXPECT_REFUSED(ntxent(z.to(at::kDouble), 0.5), "[ntxent] z: dtype Double", "float32");
    EXPECT_REFUSED(ntxent(z, 0.0), "[ntxent] temperature: 0", "positive");
    EXPECT_REFUSED(ntxent(z, -1.0), "[ntxent] temperature: -1");
    EXPECT_REFUSED(ntxent(z, std::numeric_limits<double>::quiet_NaN()),
                   "[ntxent] temperature: nan");
    EXPECT_REFUSED(ntxent(at::randn({3, 4}).t(), 0.5), "[ntxent] z: strides", ".contiguous()");
}

} // namespace
} // namespace haliclr::runtime
