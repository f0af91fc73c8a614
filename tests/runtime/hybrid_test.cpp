// Mode hybrid of every pairwise loss on every back end against LibTorch's autograd in double.
#include "runtime/autograd/pairwise.h"
#include "tests/runtime/backends.h"
#include "tests/runtime/loss_reference.h"

namespace haliclr::runtime {
namespace {

PairwiseMode hybrid(int64_t stripe_bytes = 0) {
    PairwiseMode mode;
    mode.name = "hybrid";
    mode.hybrid_stripe_bytes = stripe_bytes;
    return mode;
}

struct Found {
    at::Tensor statistics, dz;
};

Found find(const at::Tensor &rows, const PairwiseLoss &loss, const PairwiseMode &mode,
           at::Device device) {
    const at::Tensor z = rows.to(device).detach().requires_grad_();
    const auto [value, accuracy, detail] = pairwise_loss(z, loss, mode);
    (value * 3).backward();
    return {at::stack({value, accuracy, detail}).detach(), z.grad() / 3};
}

void expect_reference(const at::Tensor &rows, const PairwiseLoss &loss, const PairwiseMode &mode,
                      at::Device device) {
    SCOPED_TRACE(c10::str(rows.sizes(), ", ", describe(loss)));
    const LossReference expected = loss_reference(rows, loss);
    const Found found = find(rows, loss, mode, device);
    expect_statistics(found.statistics, expected);
    const double smallest_norm = rows.norm(2, {1}).min().item<double>();
    expect_gradient(found.dz, expected,
                    1 / (loss.temperature * smallest_norm * double(rows.size(0))));
}

class Hybrid : public EveryBackend {};

TEST_P(Hybrid, EveryLossOverOddPrimeAndUnitSizes) {
    for (const auto &[rows, columns] : std::vector<std::pair<int64_t, int64_t>>{
             {2, 1}, {2, 5}, {4, 3}, {6, 1}, {14, 17}, {62, 33}, {64, 7}, {66, 31}, {262, 127}}) {
        for (const PairwiseLoss &loss : every_loss(0.3)) {
            if (is_defined(loss, columns)) {
                expect_reference(paired_rows(rows, columns), loss, hybrid(), device());
            }
        }
    }
}

TEST_P(Hybrid, ManyStripes) {
    for (int64_t stripe_bytes : {1, 100000}) {
        for (const PairwiseLoss &loss : every_loss(0.5)) {
            expect_reference(paired_rows(410, 24), loss, hybrid(stripe_bytes), device());
        }
    }
}

TEST_P(Hybrid, EveryTemperature) {
    for (double temperature : {0.005, 0.02, 0.025, 0.07, 1.0, 10.0}) {
        for (const PairwiseLoss &loss : every_loss(temperature)) {
            if (!loss.semi_hard && loss.kind != "margin_triplet") {
                expect_reference(paired_rows(70, 16), loss, hybrid(1), device());
            }
        }
    }
}

TEST_P(Hybrid, ZeroAndEqualRowsStayFinite) {
    at::Tensor zero = paired_rows(40, 6);
    zero[3].zero_();
    for (const at::Tensor &rows : {zero, at::ones({72, 5}), at::zeros({6, 4})}) {
        for (const PairwiseLoss &loss : every_loss(0.1)) {
            const Found found = find(rows, loss, hybrid(1), device());
            EXPECT_TRUE(found.statistics.isfinite().all().item<bool>()) << describe(loss);
            EXPECT_TRUE(found.dz.isfinite().all().item<bool>()) << describe(loss);
        }
    }
}

TEST_P(Hybrid, EqualRowsWinNoComparison) {
    for (const PairwiseLoss &loss : every_loss(0.5)) {
        const Found found = find(at::ones({66, 3}), loss, hybrid(), device());
        EXPECT_EQ(found.statistics[1].item<float>(), 0) << describe(loss);
    }
}

INSTANTIATE_TEST_SUITE_P(Backends, Hybrid, every_backend, backend_name);

TEST(HybridErrors, NameTheValueAndTheRemedy) {
    const at::Tensor z = paired_rows(4, 3);
    const PairwiseLoss loss;
    PairwiseMode mode = hybrid();
    for (const char *precision : {"tf32", "bf16"}) {
        mode.precision = precision;
        EXPECT_REFUSED(pairwise_loss(z, loss, mode), "[ntxent] precision: '", precision,
                       "use fp32");
        PairwiseMode store = mode;
        store.name = "store";
        EXPECT_REFUSED(pairwise_loss(z, loss, store), "[ntxent] precision: '", "mode hybrid");
    }
    mode.precision = "fp8";
    EXPECT_REFUSED(pairwise_loss(z, loss, mode), "[ntxent] precision: 'fp8'", "bf16");
    EXPECT_REFUSED(pairwise_loss(z, loss, hybrid(-1)), "[ntxent] hybrid_stripe_bytes: -1");
}

} // namespace
} // namespace haliclr::runtime
