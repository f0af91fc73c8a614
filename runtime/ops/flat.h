// Flat storage of a model's parameters, gradients and momenta, so that an update takes one kernel
// call.
#pragma once

#include "runtime/ops/multi_tensor.h"

#include <string>
#include <utility>
#include <vector>

namespace haliclr::runtime {

// Moves the parameters into one flat buffer and gives each a gradient in a second and a momentum in
// a third. A tensor starts at a multiple of the update's chunk; the padding holds zeros and belongs
// to the buffers. The parameters keep their identity, values, shapes and strides.
//
// bfloat16 or float16 parameters become copies: a fourth buffer holds their float32 masters, which
// the update works on. Momenta are always float32.
class FlatParameters {
public:
    // Throws std::invalid_argument "[flat_parameters] name: ..." unless every parameter is dense
    // and all are float32, all bfloat16 or all float16, on one device.
    explicit FlatParameters(const std::vector<std::pair<std::string, at::Tensor>> &named);

    const std::vector<std::string> &names() const { return parameter_names; }
    const std::vector<at::Tensor> &params() const { return parameter_views; }
    // The parameters themselves where they are float32.
    const std::vector<at::Tensor> &masters() const { return master_views; }
    const std::vector<at::Tensor> &grads() const { return gradient_views; }
    const std::vector<at::Tensor> &momenta() const { return momentum_views; }
    bool has_masters() const { return flat_masters.defined(); }

    void zero_gradients();
    // Brings home a gradient that a backward pass made elsewhere, as after one was dropped instead
    // of set to zero; a dropped one counts as zero.
    void gather_gradients();
    // Sets the masters to the parameters' values; for values that were loaded into the parameters.
    void reset_masters();

    // The buffers as whole chunks. Their `sums` are the caller's.
    UpdateBuffers buffers() const;

private:
    at::Tensor flat_params, flat_masters, flat_grads, flat_momenta;
    std::vector<std::string> parameter_names;
    std::vector<at::Tensor> parameter_views, master_views, gradient_views, momentum_views;

    void add(const std::string &name, const at::Tensor &parameter, int64_t offset);
};

} // namespace haliclr::runtime
