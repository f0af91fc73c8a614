// Flat storage of a model's parameters, gradients and momenta, so that LARS takes one kernel call.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <utility>
#include <vector>

namespace haliclr::runtime {

// Moves the parameters into one flat buffer and gives each a gradient in a second and a momentum in
// a third. A tensor starts at a multiple of the LARS chunk; the padding holds zeros. The parameters
// keep their identity, values, shapes and strides. Gradients must be set to zero with
// zero_gradients(), not dropped, or the next backward pass makes tensors outside the flat buffer
// (LARS then goes one by one).
class FlatParameters {
public:
    // Throws std::invalid_argument "[flat_parameters] name: ..." unless every parameter is dense
    // float32 and all are on one device.
    explicit FlatParameters(const std::vector<std::pair<std::string, at::Tensor>> &named);

    const std::vector<std::string> &names() const { return parameter_names; }
    const std::vector<at::Tensor> &params() const { return parameter_views; }
    const std::vector<at::Tensor> &grads() const { return gradient_views; }
    const std::vector<at::Tensor> &momenta() const { return momentum_views; }
    void zero_gradients();

private:
    at::Tensor flat_params, flat_grads, flat_momenta;
    std::vector<std::string> parameter_names;
    std::vector<at::Tensor> parameter_views, gradient_views, momentum_views;
};

} // namespace haliclr::runtime
