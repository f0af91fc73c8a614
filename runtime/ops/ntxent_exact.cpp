// The loss, its statistics and its gradient in stripes of rows.
#include "runtime/ops/ntxent_exact.h"

#include "dsl/pairwise_limits.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <limits>

namespace haliclr::runtime {
namespace {

constexpr int64_t stripe_rows = 256;
constexpr double infinity = std::numeric_limits<double>::infinity();

struct ExactRows {
    at::Tensor unit;          // double [M, D]
    at::Tensor inverse_norms; // double [M, 1]
};

ExactRows exact_rows(const at::Tensor &z) {
    const at::Tensor rows = z.to(at::kDouble);
    const double least = dsl::smallest_row_norm;
    const at::Tensor inverse = rows.norm(2, {1}, true).clamp_min(least).reciprocal();
    return {rows * inverse, inverse};
}

// Rows begin .. end of the logits, without the similarity of a row to itself.
struct Stripe {
    at::Tensor logits;   // [rows, M], -inf on the diagonal
    at::Tensor positive; // int64 [rows, 1]: the column of each row's positive

    Stripe(const at::Tensor &unit, int64_t begin, int64_t end, double temperature) {
        const int64_t rows = unit.size(0);
        const at::Tensor index =
            at::arange(begin, end, unit.options().dtype(at::kLong)).unsqueeze(1);
        logits = at::mm(unit.slice(0, begin, end), unit.t()).div_(temperature);
        logits.scatter_(1, index, -infinity);
        positive = at::remainder(index + rows / 2, rows);
    }
};

// Calls step(begin, end) for stripes of the ranges.
template <typename Step>
void for_stripes(const RowRanges &ranges, Step step) {
    for (const auto &[first, last] : ranges) {
        for (int64_t begin = first; begin < last; begin += stripe_rows) {
            step(begin, std::min(begin + stripe_rows, last));
        }
    }
}

// The sums over a stripe's rows of loss, accuracy and entropy.
at::Tensor sums_of(const Stripe &stripe, const at::Tensor &log_sum, const at::Tensor &positive,
                   double temperature) {
    const at::Tensor log_share = stripe.logits - log_sum;
    // Where a share is 0 (the diagonal) its logarithm is -inf and the product 0.
    const at::Tensor entropy =
        -(log_share.exp() * log_share).masked_fill(log_share == -infinity, 0.0).sum();
    const at::Tensor others = stripe.logits.scatter(1, stripe.positive, -infinity);
    const double lead = dsl::least_similarity_lead / temperature;
    const at::Tensor hits = (positive > others.amax({1}, true) + lead).sum().to(at::kDouble);
    return at::stack({(log_sum - positive).sum(), hits, entropy});
}

// From the gradient with respect to the unit rows to that with respect to z.
at::Tensor through_norms(const at::Tensor &unit_gradient, const ExactRows &rows) {
    // A row shorter than the least norm is only scaled, so nothing is projected out of its
    // gradient.
    const at::Tensor clamped =
        rows.inverse_norms >= 1.0 / static_cast<double>(dsl::smallest_row_norm);
    const at::Tensor along = (unit_gradient * rows.unit).sum(1, true).masked_fill_(clamped, 0.0);
    return ((unit_gradient - rows.unit * along) * rows.inverse_norms).to(at::kFloat);
}

} // namespace

ExactForward ntxent_exact_rows(const at::Tensor &z, const RowRanges &ranges, double temperature) {
    const at::NoGradGuard no_grad;
    const ExactRows rows = exact_rows(z);
    at::Tensor totals = at::zeros({3}, rows.unit.options());
    std::vector<at::Tensor> states;
    for_stripes(ranges, [&](int64_t begin, int64_t end) {
        const Stripe stripe(rows.unit, begin, end, temperature);
        const at::Tensor log_sum = at::logsumexp(stripe.logits, {1}, true);
        const at::Tensor positive = stripe.logits.gather(1, stripe.positive);
        totals += sums_of(stripe, log_sum, positive, temperature);
        const at::Tensor coarse = log_sum.to(at::kFloat);
        const at::Tensor rest = (log_sum - coarse.to(at::kDouble)).to(at::kFloat);
        states.push_back(at::cat({positive.to(at::kFloat), coarse, rest}, 1));
    });
    const at::Tensor row_state = at::cat(states);
    const auto count = static_cast<double>(row_state.size(0));
    return {(totals / count).to(at::kFloat), row_state.t().contiguous()};
}

at::Tensor ntxent_exact_rows_gradient(const at::Tensor &z, const RowRanges &ranges,
                                      const at::Tensor &row_states, const at::Tensor &gradient,
                                      double temperature) {
    const at::NoGradGuard no_grad;
    const ExactRows rows = exact_rows(z);
    const at::Tensor log_sums = row_states[1].to(at::kDouble) + row_states[2].to(at::kDouble);
    std::vector<at::Tensor> gradients, units, inverse_norms;
    for_stripes(ranges, [&](int64_t begin, int64_t end) {
        const Stripe stripe(rows.unit, begin, end, temperature);
        at::Tensor weight = (stripe.logits - log_sums.slice(0, begin, end).unsqueeze(1)).exp_();
        weight += (stripe.logits - log_sums).exp_();
        weight.scatter_add_(1, stripe.positive, at::full_like(stripe.positive, -2, at::kDouble));
        gradients.push_back(at::mm(weight, rows.unit));
        units.push_back(rows.unit.slice(0, begin, end));
        inverse_norms.push_back(rows.inverse_norms.slice(0, begin, end));
    });
    const at::Tensor scale =
        gradient.to(z.device(), at::kDouble) / (temperature * static_cast<double>(z.size(0)));
    return through_norms(at::cat(gradients) * scale, {at::cat(units), at::cat(inverse_norms)});
}

at::Tensor ntxent_exact_statistics(const at::Tensor &z, double temperature) {
    return ntxent_exact_rows(z, {{0, z.size(0)}}, temperature).statistics;
}

at::Tensor ntxent_exact_gradient(const at::Tensor &z, const at::Tensor &gradient,
                                 double temperature) {
    const at::NoGradGuard no_grad;
    const ExactRows rows = exact_rows(z);
    const int64_t count = z.size(0);
    at::Tensor unit_gradient = at::zeros_like(rows.unit);
    for (int64_t begin = 0; begin < count; begin += stripe_rows) {
        const int64_t end = std::min(begin + stripe_rows, count);
        const Stripe stripe(rows.unit, begin, end, temperature);
        at::Tensor weight = at::softmax(stripe.logits, 1);
        weight.scatter_add_(1, stripe.positive, at::full_like(stripe.positive, -1, at::kDouble));
        unit_gradient.slice(0, begin, end).addmm_(weight, rows.unit);
        unit_gradient.addmm_(weight.t(), rows.unit.slice(0, begin, end));
    }
    unit_gradient *= gradient.to(at::kDouble) / (temperature * static_cast<double>(count));
    return through_norms(unit_gradient, rows);
}

} // namespace haliclr::runtime
