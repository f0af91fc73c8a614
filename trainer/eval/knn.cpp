// Streams blocks of test features against all training features.
#include "trainer/eval/knn.h"

#include <algorithm>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

namespace haliclr::trainer {

namespace {

at::Tensor unit_rows(const at::Tensor &rows) {
    return rows / rows.norm(2, 1, true).clamp_min(1e-12);
}

} // namespace

at::Tensor knn_classes(const at::Tensor &train, const at::Tensor &labels, const at::Tensor &test,
                       const KnnOptions &options) {
    at::NoGradGuard no_grad;
    const at::Tensor bank = unit_rows(train).t();
    const int64_t classes = labels.max().item<int64_t>() + 1;
    const int64_t neighbours = std::min(options.neighbours, train.size(0));
    std::vector<at::Tensor> blocks;
    for (const at::Tensor &rows : test.split(options.block)) {
        const auto [similarity, index] = unit_rows(rows).mm(bank).topk(neighbours, 1);
        // Relative to the largest, so that a small temperature cannot overflow; the order is the
        // same.
        const at::Tensor weight =
            ((similarity - similarity.narrow(1, 0, 1)) / options.temperature).exp();
        const at::Tensor votes = at::zeros({rows.size(0), classes}, weight.options());
        blocks.push_back(votes.scatter_add(1, labels.index({index}), weight).argmax(1));
    }
    return at::cat(blocks);
}

double accuracy_percent(const at::Tensor &classes, const at::Tensor &labels) {
    return 100 * classes.eq(labels).to(at::kDouble).mean().item<double>();
}

} // namespace haliclr::trainer
