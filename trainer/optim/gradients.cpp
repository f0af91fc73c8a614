// Gradients as lists, and the check that they are finite.
#include "trainer/optim/gradients.h"

#include "trainer/errors.h"

#include <limits>

namespace haliclr::trainer {

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
    // The largest magnitude of each: unlike a sum of squares, finite wherever the gradient is.
    const std::vector<at::Tensor> norms =
        at::_foreach_norm(gradients, std::numeric_limits<double>::infinity());
    const at::Tensor finite = at::stack(norms).isfinite().cpu();
    for (size_t i = 0; i < names.size(); ++i) {
        if (!finite.data_ptr<bool>()[i]) {
            throw NonFiniteLoss("[" + subject + "] gradient of " + names[i] +
                                " is not finite: nothing was updated: lower the rate or the "
                                "precision's range, or look at the data");
        }
    }
}

} // namespace haliclr::trainer
