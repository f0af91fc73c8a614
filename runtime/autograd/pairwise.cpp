// Pairwise losses for C++ callers.
#include "runtime/autograd/pairwise.h"

#include "runtime/autograd/pairwise_function.h"

namespace haliclr::runtime {
namespace {

struct DirectPasses {
    static PairwiseForward forward(const at::Tensor &z, const PairwiseLoss &loss,
                                   const PairwiseMode &mode, bool wants_gradient) {
        return pairwise_forward(z, loss, mode, wants_gradient);
    }

    static at::Tensor backward(const PairwiseForward &saved, const at::Tensor &gradient,
                               const PairwiseLoss &loss, const PairwiseMode &mode,
                               int64_t columns) {
        return pairwise_backward(saved, gradient, loss, mode, columns);
    }
};

} // namespace

std::tuple<at::Tensor, at::Tensor, at::Tensor>
pairwise_loss(const at::Tensor &z, const PairwiseLoss &loss, const PairwiseMode &mode) {
    auto outputs = PairwiseFunction<DirectPasses>::apply(z, loss, mode);
    return {outputs[0], outputs[1], outputs[2]};
}

std::tuple<at::Tensor, at::Tensor, at::Tensor> ntxent(const at::Tensor &z, double temperature) {
    PairwiseLoss loss;
    loss.temperature = temperature;
    return pairwise_loss(z, loss);
}

} // namespace haliclr::runtime
