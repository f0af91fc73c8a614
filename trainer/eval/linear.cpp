// Fits the classifier with LibTorch's L-BFGS and a gradient written by hand.
#include "trainer/eval/linear.h"

#include <torch/torch.h>

namespace haliclr::trainer {

namespace {

// Gives both factors, so that the standardised features need no copy of their own.
struct Standardisation {
    at::Tensor mean;          // [1, D]
    at::Tensor inverse_scale; // [1, D]; 0 for a constant feature, which then has no say
};

Standardisation standardisation(const at::Tensor &features) {
    const at::Tensor mean = features.mean(0, true);
    const at::Tensor deviation = features.std(0, false, true);
    return {mean, at::where(deviation > 1e-6 * deviation.max(), deviation.reciprocal(), 0)};
}

} // namespace

LinearClassifier fit_linear(const at::Tensor &features, const at::Tensor &labels,
                            const LinearOptions &options) {
    const int64_t classes = labels.max().item<int64_t>() + 1;
    const Standardisation standard = standardisation(features);
    const at::Tensor target = torch::one_hot(labels, classes).to(at::kFloat);
    at::Tensor weight = at::zeros({features.size(1), classes}, features.options());
    at::Tensor bias = at::zeros({classes}, features.options());
    const at::Tensor scale = standard.inverse_scale.t();
    const auto folded_bias = [&] { return bias - (standard.mean.mm(scale * weight)).squeeze(0); };

    const auto loss_and_gradient = [&]() -> at::Tensor {
        torch::NoGradGuard no_grad;
        const at::Tensor logits = at::addmm(folded_bias(), features, scale * weight);
        const at::Tensor log_probabilities = logits.log_softmax(1);
        const at::Tensor error = (log_probabilities.exp() - target) / features.size(0);
        const at::Tensor error_sum = error.sum(0, true);
        weight.mutable_grad() = scale * (features.t().mm(error) - standard.mean.t().mm(error_sum)) +
                                options.weight_decay * weight;
        bias.mutable_grad() = error_sum.squeeze(0);
        return -(log_probabilities * target).sum() / features.size(0) +
               options.weight_decay / 2 * weight.square().sum();
    };
    torch::optim::LBFGS solver({weight, bias}, torch::optim::LBFGSOptions(1.0)
                                                   .max_iter(options.iterations)
                                                   .history_size(20)
                                                   .line_search_fn("strong_wolfe"));
    weight.set_requires_grad(true);
    bias.set_requires_grad(true);
    solver.step(loss_and_gradient);
    torch::NoGradGuard no_grad;
    return {(scale * weight).detach(), folded_bias().detach()};
}

at::Tensor linear_classes(const LinearClassifier &classifier, const at::Tensor &features) {
    torch::NoGradGuard no_grad;
    return at::addmm(classifier.bias, features, classifier.weight).argmax(1);
}

} // namespace haliclr::trainer
