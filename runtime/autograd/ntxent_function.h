// The autograd node of NT-Xent, over two ways to reach the kernels: called directly (the trainer),
// or through the dispatcher (the operator library, so that tracing sees the calls).
#pragma once

#include "runtime/binding/errors.h"
#include "runtime/ops/ntxent.h"

#include <torch/torch.h>

namespace haliclr::runtime {

// Below autograd an operator may not return its input, as .to() with nothing to convert would.
inline at::Tensor converted(const at::Tensor &tensor, at::ScalarType type) {
    return tensor.scalar_type() == type ? tensor : tensor.to(type);
}

// Passes: static forward(z, temperature) and backward(z, sums, inverse_norms, gradient,
// temperature), as ntxent_forward and ntxent_backward.
template <typename Passes>
struct NtXentFunction : torch::autograd::Function<NtXentFunction<Passes>> {
    using Context = torch::autograd::AutogradContext;
    using Tensors = torch::autograd::variable_list;

    static Tensors forward(Context *context, const at::Tensor &z, double temperature) {
        check_ntxent_arguments(z, temperature);
        const at::AutoDispatchBelowADInplaceOrView below;
        const at::Tensor rows = converted(z, at::kFloat);
        const NtXentForward result = Passes::forward(rows, temperature);
        context->save_for_backward({rows, result.sums, result.inverse_norms});
        context->saved_data["temperature"] = temperature;
        context->saved_data["dtype"] = z.scalar_type();
        // Clones, as the outputs of an operator may not share memory.
        Tensors outputs{result.statistics[0].clone(), result.statistics[1].clone(),
                        result.statistics[2].clone()};
        context->mark_non_differentiable({outputs[1], outputs[2]});
        return outputs;
    }

    static Tensors backward(Context *context, const Tensors &gradients) {
        require(!at::GradMode::is_enabled(), "ntxent",
                "create_graph=True: there is no second derivative: call backward without it");
        const Tensors saved = context->get_saved_variables();
        const at::Tensor dz = Passes::backward(saved[0], saved[1], saved[2], gradients[0],
                                               context->saved_data["temperature"].toDouble());
        return {converted(dz, context->saved_data["dtype"].toScalarType()), at::Tensor()};
    }
};

} // namespace haliclr::runtime
