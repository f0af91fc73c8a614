// Gradients as lists, and the check that they are finite.
#include "trainer/optim/gradients.h"

#include "trainer/errors.h"

#include <ATen/ATen.h>

#include <limits>

namespace haliclr::trainer {

namespace {

// bool [n] on the CPU: whether the norm of each is finite.
at::Tensor finite_norms(const std::vector<at::Tensor> &tensors, double order) {
    return at::stack(at::_foreach_norm(tensors, order)).isfinite().cpu();
}

} // namespace

void drop_gradients(std::vector<Parameter> &parameters) {
    for (Parameter &parameter : parameters) {
        parameter.value.mutable_grad().reset();
    }
}

std::vector<size_t> with_gradient(const std::vector<Parameter> &parameters, bool adapt) {
    std::vector<size_t> places;
    for (size_t i = 0; i < parameters.size(); ++i) {
        if (parameters[i].adapt == adapt && parameters[i].value.grad().defined()) {
            places.push_back(i);
        }
    }
    return places;
}

void require_finite_gradients(const std::string &subject,
                              const std::vector<Parameter> &parameters) {
    std::vector<at::Tensor> gradients;
    std::vector<std::string> names;
    for (const Parameter &parameter : parameters) {
        const at::Tensor &gradient = parameter.value.grad();
        if (gradient.defined() && gradient.numel() > 0) {
            gradients.push_back(gradient);
            names.push_back(parameter.name);
        }
    }
    if (gradients.empty()) {
        return;
    }
    // Euclidean norms are quick; where one overflows, the largest magnitude decides.
    if (finite_norms(gradients, 2).all().item<bool>()) {
        return;
    }
    const at::Tensor finite = finite_norms(gradients, std::numeric_limits<double>::infinity());
    for (size_t i = 0; i < names.size(); ++i) {
        if (!finite.data_ptr<bool>()[i]) {
            throw NonFiniteLoss("[" + subject + "] gradient of " + names[i] +
                                " is not finite: nothing was updated: lower the rate or the "
                                "precision's range, or look at the data");
        }
    }
}

} // namespace haliclr::trainer
