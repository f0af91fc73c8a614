// NT-Xent on every back end against LibTorch's autograd in double.
#include "kernels/haliclr_pairwise_modes.h"
#include "runtime/autograd/pairwise.h"
#include "runtime/ops/pairwise_modes.h"
#include "tests/runtime/backends.h"

#include <ATen/ATen.h>

#include <limits>

namespace haliclr::runtime {
namespace {

struct Reference {
    at::Tensor loss, accuracy, detail, dz;
};

struct Similarities {
    at::Tensor s, self, positive; // [M, M], bool [M, M], int64 [M, 1]
};

Similarities similarities_of(const at::Tensor &z) {
    const int64_t rows = z.size(0);
    const at::Tensor unit = z / z.norm(2, {1}, true).clamp_min(1e-12);
    return {at::mm(unit, unit.t()), at::eye(rows, at::kBool),
            at::remainder(at::arange(rows) + rows / 2, rows).unsqueeze(1)};
}

// {loss, entropy}
std::pair<at::Tensor, at::Tensor> ntxent_of(const Similarities &pairs, double temperature) {
    const at::Tensor logits =
        (pairs.s / temperature).masked_fill(pairs.self, -std::numeric_limits<double>::infinity());
    const at::Tensor log_share = at::log_softmax(logits, 1);
    return {-log_share.gather(1, pairs.positive).mean(),
            -(log_share.exp() * log_share.masked_fill(pairs.self, 0)).sum(1).mean()};
}

// {loss, share of the negatives that count}
std::pair<at::Tensor, at::Tensor> averaged_of(const Similarities &pairs, const PairwiseLoss &loss) {
    const at::Tensor &s = pairs.s, p = s.gather(1, pairs.positive);
    at::Tensor selected = pairs.self.scatter(1, pairs.positive, true).logical_not();
    if (loss.semi_hard) {
        selected = selected & (s < p) & (s > p - loss.margin);
    }
    const bool logistic = loss.kind == "nt_logistic";
    const at::Tensor hinge = s - p + loss.margin;
    const at::Tensor each = logistic ? at::softplus(s / loss.temperature) : at::relu(hinge);
    const at::Tensor active = logistic ? selected : selected & (hinge > 0);
    const at::Tensor mean = (each * selected).sum(1, true) / selected.sum(1, true).clamp_min(1);
    const at::Tensor own = logistic ? at::softplus(-p / loss.temperature) : at::zeros_like(p);
    return {(mean + own).mean(),
            active.sum().to(at::kDouble) / (s.size(0) * std::max<int64_t>(s.size(0) - 2, 1))};
}

Reference reference(const at::Tensor &input, const PairwiseLoss &loss) {
    const at::Tensor z = input.detach().to(at::kCPU, at::kDouble).requires_grad_();
    const Similarities pairs = similarities_of(z);
    const auto [value, detail] =
        loss.kind == "ntxent" ? ntxent_of(pairs, loss.temperature) : averaged_of(pairs, loss);
    const at::Tensor best = pairs.s.masked_fill(pairs.self, -2).argmax(1, true);
    value.backward();
    return {value.detach(), best.eq(pairs.positive).to(at::kDouble).mean(), detail.detach(),
            z.grad()};
}

double relative_error(const at::Tensor &found, const at::Tensor &expected) {
    const at::Tensor difference = found.detach().to(at::kCPU, at::kDouble) - expected;
    return difference.norm().item<double>() / (expected.norm().item<double>() + 1e-12);
}

at::Tensor random_rows(int64_t rows, int64_t columns) {
    at::manual_seed(3);
    return at::randn({rows, columns});
}

void expect_reference(const at::Tensor &rows, const PairwiseLoss &loss, at::Device device,
                      const PairwiseMode &mode = {}) {
    const Reference expected = reference(rows, loss);
    const at::Tensor z = rows.to(device).detach().requires_grad_();
    const auto [value, accuracy, detail] = pairwise_loss(z, loss, mode);
    value.backward();
    const auto where = c10::str(loss.kind, " ", rows.sizes(), ", temperature ", loss.temperature,
                                ", semi-hard ", loss.semi_hard, ", mode ", mode.name);
    EXPECT_LT(std::abs(value.item<double>() - expected.loss.item<double>()),
              1e-5 * (1 + expected.loss.item<double>()))
        << where;
    EXPECT_NEAR(accuracy.item<double>(), expected.accuracy.item<double>(), 1e-6) << where;
    EXPECT_NEAR(detail.item<double>(), expected.detail.item<double>(), 1e-4) << where;
    // With two rows NT-Xent is constant and its gradient zero up to rounding.
    if (rows.size(0) > 2 && rows.size(1) > 1) {
        EXPECT_LT(relative_error(z.grad(), expected.dz), 2e-5) << where;
    }
}

PairwiseLoss ntxent_at(double temperature) {
    return {"ntxent", temperature};
}

class NtXent : public EveryBackend {};

TEST_P(NtXent, LossAndGradientOverOddPrimeAndUnitSizes) {
    for (const auto &[rows, columns] : std::vector<std::pair<int64_t, int64_t>>{
             {2, 1}, {2, 5}, {4, 3}, {6, 1}, {14, 17}, {66, 31}, {130, 64}, {262, 127}}) {
        for (const char *mode : {"recompute", "store"}) {
            expect_reference(random_rows(rows, columns), ntxent_at(0.5), device(), {mode});
        }
    }
}

// In 16 bits a loss is the better the more rows its rounding averages over.
TEST_P(NtXent, SixteenBitsFromManyRows) {
    for (const auto &[rows, columns] :
         std::vector<std::pair<int64_t, int64_t>>{{510, 31}, {514, 128}, {1022, 64}}) {
        if (is_simulated() && rows > 600) {
            continue;
        }
        for (double temperature : {0.1, 0.2, 0.5}) {
            expect_reference(random_rows(rows, columns), ntxent_at(temperature), device(),
                             {"store16"});
        }
    }
}

// Losses within the rounding of the factors, over the temperature (docs/tensor-cores.md).
TEST_P(NtXent, TensorCoresWithinTheirRounding) {
    if (backend() != "cuda") {
        GTEST_SKIP() << "tensor cores are CUDA's";
    }
    const PairwiseLoss loss = ntxent_at(0.5);
    for (const auto &[rows, columns] :
         std::vector<std::pair<int64_t, int64_t>>{{2, 5}, {66, 31}, {254, 130}, {1024, 128}}) {
        for (const auto &[precision, rounding] :
             std::vector<std::pair<std::string, double>>{{"tf32", 0x1p-11}, {"bf16", 0x1p-8}}) {
            if (is_simulated() && rows > 600) {
                continue;
            }
            const at::Tensor z = random_rows(rows, columns).to(device());
            const auto result = [&](const PairwiseMode &mode) {
                const at::Tensor leaf = z.detach().requires_grad_();
                const at::Tensor value = std::get<0>(pairwise_loss(leaf, loss, mode));
                value.backward();
                return std::make_pair(value.item<double>(), leaf.grad().cpu());
            };
            const auto [expected, gradient] = result({"recompute"});
            const auto [found, rounded] = result({"tensor", 0, precision});
            const double tolerance = 2 * rounding / loss.temperature;
            EXPECT_NEAR(found, expected, tolerance) << precision << ", " << rows << " rows";
            // What cancels is at most a similarity's own gradient; of two rows nothing is left of
            // it.
            const double uncancelled =
                (1 / (z.norm(2, {1}).min() * loss.temperature * static_cast<double>(rows)))
                    .item<double>();
            const double largest = std::max(gradient.abs().max().item<double>(), uncancelled);
            EXPECT_LE((rounded - gradient).abs().max().item<double>(), 2 * tolerance * largest)
                << precision << ", " << rows << " rows";
        }
    }
}

TEST_P(NtXent, EveryTemperature) {
    for (double temperature : {0.005, 0.02, 0.0249, 0.025, 0.07, 1.0, 10.0}) {
        expect_reference(random_rows(38, 16), ntxent_at(temperature), device());
    }
}

TEST_P(NtXent, RowsFarApartInMemory) {
    expect_reference(random_rows(22, 40).slice(1, 3, 24), ntxent_at(0.2), device());
}

TEST_P(NtXent, OtherLossesInBothModes) {
    for (const PairwiseLoss &loss : std::vector<PairwiseLoss>{{"nt_logistic", 0.2},
                                                              {"nt_logistic", 0.2, 0.3, true},
                                                              {"margin_triplet", 1, 0.8},
                                                              {"margin_triplet", 1, 0.3, true}}) {
        for (const auto &[rows, columns] : std::vector<std::pair<int64_t, int64_t>>{
                 {4, 3}, {14, 17}, {66, 31}, {130, 64}, {262, 127}}) {
            for (const char *mode : {"recompute", "store"}) {
                expect_reference(random_rows(rows, columns), loss, device(), {mode});
            }
        }
    }
}

TEST_P(NtXent, HalfTypesComputeInFloatAndReturnTheirOwnGradient) {
    for (at::ScalarType type : {at::kHalf, at::kBFloat16}) {
        const at::Tensor rows = random_rows(18, 12).to(type);
        const Reference expected = reference(rows, ntxent_at(0.5));
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

int64_t stored_bytes(const PairwiseMode &mode, const PairwiseLoss &loss = {}) {
    return stored_tiles({512, 128}, loss, mode, at::kCPU, true).bytes();
}

TEST(PairwiseModes, StoreWithinTheirBudgetAlone) {
    EXPECT_EQ(stored_bytes({"recompute"}), 0);
    EXPECT_EQ(stored_tiles({512, 128}, {}, {"store"}, at::kCPU, false).bytes(), 0)
        << "without gradient";
    const int64_t needed = stored_bytes({"store"});
    EXPECT_GT(needed, 4 * 512 * 512 / 2);
    EXPECT_LT(needed, 4 * 512 * 512);
    EXPECT_EQ(stored_bytes({"store", needed}), needed);
    EXPECT_EQ(stored_bytes({"store16", needed / 2}), needed / 2);
    EXPECT_LT(stored_bytes({"auto", needed - 1}), needed);
    EXPECT_EQ(stored_bytes({"auto", needed / 2 - 1}), 0);
    EXPECT_REFUSED(stored_bytes({"store", needed - 1}), "[ntxent] mode: store: 512 rows",
                   "recompute");
    EXPECT_REFUSED(stored_bytes({"store16", needed / 2 - 1}), "[ntxent] mode: store16: 512 rows");
}

TEST(PairwiseModes, AutoFollowsTheRecord) {
    const auto &record = tuned_pairwise_modes[0]; // of the cpu
    const auto mode_at = [](int64_t rows, double temperature) {
        PairwiseMode mode;
        mode.store_bytes = int64_t{1} << 40;
        return chosen_mode({rows, 64}, ntxent_at(temperature), mode, at::kCPU).name;
    };
    ASSERT_LT(record.store_rows, record.store16_rows);
    EXPECT_EQ(mode_at(record.store_rows, 0.5), "store");
    EXPECT_EQ(mode_at(record.store_rows + 2, 0.5), "store16");
    EXPECT_NE(mode_at(record.store_rows + 2, 0.09), "store16") << "the temperature is too small";
    EXPECT_EQ(mode_at(record.store16_rows + 2, 0.5),
              record.hybrid_rows > 0 && record.hybrid_rows <= record.store16_rows + 2
                  ? "hybrid"
                  : "recompute");
    EXPECT_EQ(mode_at(64, 0.01), "recompute") << "the exact path";
}

TEST(PairwiseErrors, NameTheValueAndTheRemedy) {
    const at::Tensor z = random_rows(4, 3);
    EXPECT_REFUSED(pairwise_loss(z, {"ntxnet"}), "[pairwise_loss] loss: 'ntxnet'", "ntxent");
    EXPECT_REFUSED(pairwise_loss(z, {"ntxent", 0.5, 0.4, true}), "[ntxent] semi_hard");
    EXPECT_REFUSED(pairwise_loss(z, {"margin_triplet", 0.5, -1}), "[margin_triplet] margin: -1");
    EXPECT_REFUSED(pairwise_loss(z, {}, {"keep"}), "[ntxent] mode: 'keep'", "recompute");
    EXPECT_REFUSED(pairwise_loss(z, {}, {"store", -1}), "[ntxent] store_bytes: -1");
    EXPECT_REFUSED(pairwise_loss(z, {"nt_logistic"}, {"store16"}), "[nt_logistic] mode: store16");
    EXPECT_REFUSED(pairwise_loss(z, ntxent_at(0.05), {"store16"}), "temperature 0.05", "0.1");
    EXPECT_REFUSED(pairwise_loss(z, {}, {"tensor"}), "[ntxent] mode: tensor", "tf32");
    EXPECT_REFUSED(pairwise_loss(z, {}, {"tensor", 0, "tf32"}), "[ntxent] mode: tensor", "CUDA");
    EXPECT_REFUSED(pairwise_loss(z, {"nt_logistic"}, {"tensor", 0, "tf32"}), "only ntxent");
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
