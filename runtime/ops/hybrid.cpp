// Stripe rows [begin, end) meet the columns [begin, M): the square on the diagonal gives its own
// rows all it has, the rest serves its rows and, mirrored, its columns.
#include "runtime/ops/hybrid.h"

#include "dsl/pairwise_limits.h"
#include "runtime/ops/stripes.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>

namespace haliclr::runtime {
namespace {

// The square on the diagonal computes its pairs twice, so a stripe is a small part of the batch.
constexpr int64_t least_stripes = 8;

// Calls step(begin, end) for stripes within the mode's budget, which grow as their columns become
// fewer.
template <typename Step>
void for_stripes(const at::Tensor &unit, const PairwiseMode &mode, Step step) {
    const int64_t rows = unit.size(0);
    const int64_t highest = std::max<int64_t>(rows / least_stripes, dsl::stripe_alignment);
    for (int64_t begin = 0, end = 0; begin < rows; begin = end) {
        const int64_t height = std::min(stripe_rows(rows - begin, mode, unit.device()), highest);
        end = std::min(begin + height, rows);
        step(begin, end);
    }
}

} // namespace

PairwiseForward hybrid_forward(const at::Tensor &z, const PairwiseLoss &loss,
                               const PairwiseMode &mode) {
    const at::NoGradGuard no_grad;
    const int64_t rows = z.size(0);
    const UnitRows unit = unit_rows(loss.kind, z);
    const at::Tensor positive = positive_similarities(unit.unit);
    at::Tensor totals = no_sums(rows, loss, unit.unit.options());
    Stripes stripes(unit.unit, loss, mode);
    for_stripes(unit.unit, mode, [&](int64_t begin, int64_t end) {
        stripes.multiply(begin, end, begin);
        const StripeSums sums = stripes.sums(positive);
        add_sums(totals.slice(1, begin, end), sums.rows);
        add_sums(totals.slice(1, end), sums.columns.slice(1, end - begin));
    });
    const FinishedRows finished = finish_rows(totals, positive, rows, loss);
    return {finished.statistics, unit.unit, unit.inverse_norms, finished.row_state,
            at::empty({0}, unit.unit.options())};
}

at::Tensor hybrid_backward(const PairwiseForward &saved, const at::Tensor &gradient,
                           const PairwiseLoss &loss, const PairwiseMode &mode, int64_t columns) {
    const at::NoGradGuard no_grad;
    const int64_t rows = saved.unit.size(0);
    at::Tensor product = at::zeros_like(saved.unit);
    Stripes stripes(saved.unit, loss, mode);
    for_stripes(saved.unit, mode, [&](int64_t begin, int64_t end) {
        stripes.multiply(begin, end, begin);
        stripes.weigh(saved.row_state);
        stripes.add_product(product.slice(0, begin, end));
        stripes.add_mirrored(product.slice(0, end), end);
    });
    // Reading a gradient on a GPU would make the host wait; there it is multiplied in afterwards.
    const bool on_cpu = gradient.is_cpu();
    const double scale = on_cpu ? gradient.item<double>() : 1.0;
    at::Tensor dz = finish_gradient(product, {saved.unit, saved.inverse_norms}, saved.row_state,
                                    scale / static_cast<double>(rows), columns, loss);
    return on_cpu ? dz : dz.mul_(gradient);
}

} // namespace haliclr::runtime
