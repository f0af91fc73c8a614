// Layout of flat parameters.
#include "runtime/ops/flat.h"

#include "dsl/lars_layout.h"
#include "runtime/binding/errors.h"

#include <torch/torch.h>

namespace haliclr::runtime {
namespace {

int64_t padded(int64_t elements) {
    return (elements + dsl::lars_chunk - 1) / dsl::lars_chunk * dsl::lars_chunk;
}

void check(const std::string &name, const at::Tensor &parameter, const at::Tensor &first) {
    const std::string op = "flat_parameters";
    require(parameter.scalar_type() == at::kFloat, op, name, ": dtype ",
            c10::toString(parameter.scalar_type()), ": keep float32 parameters");
    require(parameter.is_non_overlapping_and_dense(), op, name, ": strides ", parameter.strides(),
            ": not dense: call .contiguous() first");
    require(parameter.device() == first.device(), op, name, ": on ", parameter.device().str(),
            ", but the first is on ", first.device().str(), ": move the model to one device");
}

} // namespace

FlatParameters::FlatParameters(const std::vector<std::pair<std::string, at::Tensor>> &named) {
    require(!named.empty(), "flat_parameters", "no parameters: give at least one");
    int64_t total = 0;
    for (const auto &[name, parameter] : named) {
        check(name, parameter, named.front().second);
        total += padded(parameter.numel());
    }
    const at::NoGradGuard no_grad;
    const auto options = named.front().second.options().requires_grad(false);
    flat_params = at::zeros({total}, options);
    flat_grads = at::zeros({total}, options);
    flat_momenta = at::zeros({total}, options);
    int64_t offset = 0;
    for (const auto &[name, parameter] : named) {
        auto view_of = [&, &parameter = parameter](const at::Tensor &flat) {
            return flat.as_strided(parameter.sizes(), parameter.strides(), offset);
        };
        at::Tensor values = view_of(flat_params);
        gradient_views.push_back(view_of(flat_grads));
        momentum_views.push_back(view_of(flat_momenta));
        values.copy_(parameter);
        at::Tensor same = parameter;
        if (same.grad().defined()) {
            gradient_views.back().copy_(same.grad());
        }
        same.set_data(values);
        same.mutable_grad() = gradient_views.back();
        parameter_views.push_back(same);
        parameter_names.push_back(name);
        offset += padded(parameter.numel());
    }
}

void FlatParameters::zero_gradients() {
    flat_grads.zero_();
}

} // namespace haliclr::runtime
