// NT-Xent for C++ callers.
#include "runtime/autograd/ntxent.h"

#include "runtime/autograd/ntxent_function.h"

namespace haliclr::runtime {
namespace {

struct DirectPasses {
    static NtXentForward forward(const at::Tensor &z, double temperature) {
        return ntxent_forward(z, temperature);
    }

    static at::Tensor backward(const at::Tensor &z, const at::Tensor &sums,
                               const at::Tensor &inverse_norms, const at::Tensor &gradient,
                               double temperature) {
        return ntxent_backward(z, sums, inverse_norms, gradient, temperature);
    }
};

} // namespace

std::tuple<at::Tensor, at::Tensor, at::Tensor> ntxent(const at::Tensor &z, double temperature) {
    auto outputs = NtXentFunction<DirectPasses>::apply(z, temperature);
    return {outputs[0], outputs[1], outputs[2]};
}

} // namespace haliclr::runtime
