// Every pairwise loss in double by LibTorch's operators, whose autograd gives the gradient.
#pragma once

#include "runtime/ops/pairwise.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

namespace haliclr::runtime {

struct LossReference {
    at::Tensor statistics; // double [3]
    at::Tensor dz;         // double [M, D]
};

// Means over the negatives that count; the loss's own part of each row is added by the caller.
inline at::Tensor mean_over(const at::Tensor &values, const at::Tensor &counted,
                            const at::Tensor &count) {
    return (values * counted).sum(1) / count.clamp_min(1);
}

inline LossReference loss_reference(const at::Tensor &input, const PairwiseLoss &loss) {
    const at::Tensor z = input.detach().to(at::kCPU, at::kDouble).requires_grad_();
    const int64_t rows = z.size(0);
    const at::Tensor unit = z / z.norm(2, {1}, true).clamp_min(1e-12);
    const at::Tensor s = at::mm(unit, unit.t()), self = at::eye(rows, at::kBool);
    const at::Tensor index = at::remainder(at::arange(rows) + rows / 2, rows).unsqueeze(1);
    const at::Tensor p = s.gather(1, index);
    const at::Tensor negative =
        self.logical_not().logical_and(self.roll(rows / 2, 1).logical_not());
    constexpr double infinity = std::numeric_limits<double>::infinity();
    at::Tensor row_loss, detail;
    if (loss.kind == "ntxent") {
        const at::Tensor log_share =
            at::log_softmax((s / loss.temperature).masked_fill(self, -infinity), 1);
        row_loss = -log_share.gather(1, index).squeeze(1);
        detail = -(log_share.exp() * log_share.masked_fill(self, 0)).sum(1);
    } else {
        const bool triplet = loss.kind == "margin_triplet";
        at::Tensor counted = negative;
        if (triplet || loss.semi_hard) {
            counted = counted.logical_and(s > p - loss.margin);
        }
        if (loss.semi_hard) {
            counted = counted.logical_and(s < p);
        }
        const at::Tensor active = counted.to(at::kDouble).sum(1);
        detail = active / std::max<double>(rows - 2, 1);
        const at::Tensor all = at::full_like(active, rows - 2);
        row_loss =
            triplet ? mean_over(s - p + loss.margin, counted, loss.semi_hard ? active : all)
                    : at::softplus(-p / loss.temperature).squeeze(1) +
                          mean_over(at::softplus(s / loss.temperature, 1, 1000), counted, active);
    }
    const at::Tensor mean = row_loss.mean();
    mean.backward();
    const at::Tensor lead = s.masked_fill(negative.logical_not(), -infinity).amax({1}, true) + 1e-6;
    const at::Tensor accuracy = p.gt(lead).to(at::kDouble).mean();
    return {at::stack({mean, accuracy, detail.mean()}).detach(), z.grad()};
}

// The rows of a pair are alike, so that accuracies lie between 0 and 1.
inline at::Tensor paired_rows(int64_t rows, int64_t columns) {
    at::manual_seed(3);
    const at::Tensor z = at::randn({rows, columns});
    z.slice(0, rows / 2) += z.slice(0, 0, rows / 2);
    return z;
}

inline std::vector<PairwiseLoss> every_loss(double temperature) {
    return {{"ntxent", temperature},
            {"nt_logistic", temperature},
            {"nt_logistic", temperature, 0.4, true},
            {"margin_triplet", temperature},
            {"margin_triplet", temperature, 0.4, true}};
}

// Rows of one column have similarities 1 and -1 alone; then the rounding of p_i decides whether
// S_ij < p_i, and a semi-hard negative of float need not be one of double.
inline bool is_defined(const PairwiseLoss &loss, int64_t columns) {
    return columns > 1 || !loss.semi_hard;
}

inline std::string describe(const PairwiseLoss &loss) {
    return c10::str(loss.kind, loss.semi_hard ? ", semi-hard" : "", ", temperature ",
                    loss.temperature);
}

// Loss within 1e-5 relative, gradient within 1e-4 of its largest entry.
inline void expect_statistics(const at::Tensor &found, const LossReference &expected) {
    const at::Tensor values = found.detach().to(at::kCPU, at::kDouble);
    const double loss = expected.statistics[0].item<double>();
    EXPECT_NEAR(values[0].item<double>(), loss, 1e-5 * std::max(loss, 0.1));
    EXPECT_NEAR(values[1].item<double>(), expected.statistics[1].item<double>(), 1e-6);
    EXPECT_NEAR(values[2].item<double>(), expected.statistics[2].item<double>(), 1e-4);
}

// scale: what rounding is measured against where the gradient itself cancels.
inline void expect_gradient(const at::Tensor &found, const LossReference &expected, double scale) {
    const at::Tensor difference = found.detach().to(at::kCPU, at::kDouble) - expected.dz;
    const double largest = expected.dz.abs().max().item<double>();
    EXPECT_LT(difference.abs().max().item<double>(), 1e-4 * largest + 1e-6 * scale);
}

} // namespace haliclr::runtime
