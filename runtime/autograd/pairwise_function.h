// The autograd node of the pairwise losses, over two ways to reach the kernels: called directly
// (the trainer), or through the dispatcher (the operator library, so that tracing sees the calls).
#pragma once

#include "runtime/binding/errors.h"
#include "runtime/ops/pairwise.h"

#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/custom_function.h>

namespace haliclr::runtime {

// Below autograd an operator may not return its input, as .to() with nothing to convert would.
inline at::Tensor converted(const at::Tensor &tensor, at::ScalarType type) {
    return tensor.scalar_type() == type ? tensor : tensor.to(type);
}

// Passes: static forward(z, loss, mode, wants_gradient) and backward(saved, gradient, loss, mode,
// columns), as pairwise_forward and pairwise_backward.
template <typename Passes>
struct PairwiseFunction : torch::autograd::Function<PairwiseFunction<Passes>> {
    using Context = torch::autograd::AutogradContext;
    using Tensors = torch::autograd::variable_list;

    static Tensors forward(Context *context, const at::Tensor &z, const PairwiseLoss &loss,
                           const PairwiseMode &mode) {
        check_pairwise_arguments(z, loss, mode);
        const bool wants_gradient = z.requires_grad();
        const at::AutoDispatchBelowADInplaceOrView below;
        const PairwiseForward result =
            Passes::forward(converted(z, at::kFloat), loss, mode, wants_gradient);
        context->save_for_backward(
            {result.unit, result.inverse_norms, result.row_state, result.tiles});
        context->saved_data["kind"] = loss.kind;
        context->saved_data["temperature"] = loss.temperature;
        context->saved_data["margin"] = loss.margin;
        context->saved_data["semi_hard"] = loss.semi_hard;
        context->saved_data["mode"] = mode.name;
        context->saved_data["precision"] = mode.precision;
        context->saved_data["hybrid_stripe_bytes"] = mode.hybrid_stripe_bytes;
        context->saved_data["columns"] = z.size(1);
        context->saved_data["dtype"] = z.scalar_type();
        // Clones, as the outputs of an operator may not share memory.
        Tensors outputs{result.statistics[0].clone(), result.statistics[1].clone(),
                        result.statistics[2].clone()};
        context->mark_non_differentiable({outputs[1], outputs[2]});
        return outputs;
    }

    static Tensors backward(Context *context, const Tensors &gradients) {
        auto &data = context->saved_data;
        const PairwiseLoss loss{data["kind"].toStringRef(), data["temperature"].toDouble(),
                                data["margin"].toDouble(), data["semi_hard"].toBool()};
        require(!at::GradMode::is_enabled(), loss.kind,
                "create_graph=True: there is no second derivative: call backward without it");
        const Tensors saved = context->get_saved_variables();
        const PairwiseForward passed{at::Tensor(), saved[0], saved[1], saved[2], saved[3]};
        PairwiseMode mode;
        mode.name = data["mode"].toStringRef();
        mode.precision = data["precision"].toStringRef();
        mode.hybrid_stripe_bytes = data["hybrid_stripe_bytes"].toInt();
        const at::Tensor dz =
            Passes::backward(passed, gradients[0], loss, mode, data["columns"].toInt());
        return {converted(dz, data["dtype"].toScalarType()), at::Tensor(), at::Tensor()};
    }
};

} // namespace haliclr::runtime
