// The gathered form in one process: virtual ranks together equal the whole batch in double.
#include "runtime/ops/gathered.h"
#include "tests/runtime/backends.h"
#include "tests/runtime/loss_reference.h"

namespace haliclr::runtime {
namespace {

struct Found {
    at::Tensor statistics, dz; // of the whole batch
};

// What every rank computes, with the exchanges between them.
Found by_ranks(const at::Tensor &z, int64_t ranks, const PairwiseLoss &loss) {
    std::vector<at::Tensor> statistics, states, gradients;
    for (int64_t rank = 0; rank < ranks; ++rank) {
        const GatheredForward part = gathered_forward(z, {rank, ranks}, loss);
        statistics.push_back(part.statistics);
        states.push_back(part.row_state);
    }
    const at::Tensor all = global_order(at::cat(states, 1), ranks, 1);
    const at::Tensor gradient = at::full({}, 3.0f, z.options().dtype(at::kFloat));
    for (int64_t rank = 0; rank < ranks; ++rank) {
        gradients.push_back(gathered_backward(z, all, gradient, {rank, ranks}, loss) / 3);
    }
    return {at::stack(statistics).mean(0), global_order(at::cat(gradients), ranks, 0)};
}

void expect_whole(const at::Tensor &rows, int64_t ranks, const PairwiseLoss &loss,
                  at::Device device) {
    SCOPED_TRACE(c10::str(rows.sizes(), ", ", ranks, " ranks, ", describe(loss)));
    const LossReference expected = loss_reference(rows, loss);
    const Found found = by_ranks(rows.to(device), ranks, loss);
    expect_statistics(found.statistics, expected);
    const double smallest_norm = rows.norm(2, {1}).min().item<double>();
    expect_gradient(found.dz, expected,
                    1 / (loss.temperature * smallest_norm * double(rows.size(0))));
}

class Gathered : public EveryBackend {};

TEST_P(Gathered, VirtualRanksEqualTheWhole) {
    for (int64_t ranks : {1, 2, 4}) {
        for (const auto &[images, columns] :
             std::vector<std::pair<int64_t, int64_t>>{{1, 1}, {1, 5}, {3, 17}, {19, 33}, {32, 8}}) {
            for (const PairwiseLoss &loss : every_loss(0.3)) {
                if (is_defined(loss, columns)) {
                    expect_whole(paired_rows(2 * ranks * images, columns), ranks, loss, device());
                }
            }
        }
    }
}

TEST_P(Gathered, EveryTemperature) {
    for (double temperature : {0.005, 0.0249, 0.025, 0.07, 1.0, 10.0}) {
        expect_whole(paired_rows(48, 12), 4, {"ntxent", temperature}, device());
    }
}

TEST_P(Gathered, SeveralStripesARank) {
    for (const PairwiseLoss &loss : every_loss(0.5)) {
        expect_whole(paired_rows(2600, 9), 2, loss, device());
        if (is_simulated()) {
            break; // after one loss
        }
    }
}

TEST_P(Gathered, ZeroAndEqualRowsStayFinite) {
    at::Tensor zero = paired_rows(40, 6);
    zero[3].zero_();
    for (const at::Tensor &rows : {zero, at::ones({72, 5}), at::zeros({8, 4})}) {
        for (double temperature : {0.01, 0.1}) {
            for (const PairwiseLoss &loss : every_loss(temperature)) {
                const Found found = by_ranks(rows.to(device()), 4, loss);
                EXPECT_TRUE(found.statistics.isfinite().all().item<bool>()) << describe(loss);
                EXPECT_TRUE(found.dz.isfinite().all().item<bool>()) << describe(loss);
            }
        }
    }
}

TEST_P(Gathered, HalfTypesComputeInFloatAndReturnTheirOwnGradient) {
    for (at::ScalarType type : {at::kHalf, at::kBFloat16}) {
        const at::Tensor rows = paired_rows(24, 12).to(type);
        const LossReference expected = loss_reference(rows, {});
        const Found found = by_ranks(rows.to(device()), 2, {});
        expect_statistics(found.statistics, expected);
        EXPECT_EQ(found.dz.scalar_type(), type);
        const at::Tensor difference = found.dz.to(at::kCPU, at::kDouble) - expected.dz;
        EXPECT_LT(difference.abs().max().item<double>(),
                  1e-2 * expected.dz.abs().max().item<double>());
    }
}

INSTANTIATE_TEST_SUITE_P(Backends, Gathered, every_backend, backend_name);

TEST(GatheredOrder, FirstViewsOfEveryRankThenSecondViews) {
    // Two ranks of two images: 10 r + 2 v + i.
    const at::Tensor rows = at::tensor({0, 1, 2, 3, 10, 11, 12, 13});
    const at::Tensor expected = at::tensor({0, 1, 10, 11, 2, 3, 12, 13});
    EXPECT_TRUE(at::equal(global_order(rows, 2, 0), expected));
    EXPECT_TRUE(at::equal(global_order(rows.expand({3, 8}), 2, -1), expected.expand({3, 8})));
    EXPECT_TRUE(at::equal(global_order(rows, 1, 0), rows));
}

TEST(GatheredErrors, NameTheValueAndTheRemedy) {
    const at::Tensor z = paired_rows(8, 3), states = at::zeros({3, 8}), one = at::ones({});
    EXPECT_REFUSED(gathered_forward(z, {0, 3}, {}), "[ntxent] ranks: 3 for 8 rows");
    EXPECT_REFUSED(gathered_forward(z, {0, 0}, {}), "[ntxent] ranks: 0");
    EXPECT_REFUSED(gathered_forward(z, {2, 2}, {}), "[ntxent] rank: 2", "0 .. 1");
    EXPECT_REFUSED(gathered_forward(z, {-1, 2}, {}), "[ntxent] rank: -1");
    EXPECT_REFUSED(gathered_forward(z.slice(0, 0, 7), {0, 1}, {}), "[ntxent] z: 7 rows");
    EXPECT_REFUSED(gathered_backward(z, at::zeros({3, 4}), one, {0, 2}, {}),
                   "[ntxent] row_states: shape [3, 4]", "[3, 8]");
    EXPECT_REFUSED(gathered_backward(z, states, at::ones({2}), {0, 2}, {}),
                   "[ntxent] gradient: shape [2]");
    EXPECT_REFUSED(global_order(z, 3, 0), "[gathered_order] ranks: 3 for 8 rows");
    EXPECT_REFUSED(global_order(z, 2, 2), "[gathered_order] dim: 2");
}

} // namespace
} // namespace haliclr::runtime
