// Layout of flat parameters.
#include "runtime/ops/flat.h"

#include "runtime/binding/errors.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

namespace haliclr::runtime {
namespace {

constexpr int64_t chunk = dsl::multi_tensor_chunk;
const std::string op = "flat_parameters";

int64_t padded(int64_t elements) {
    return chunks_of(elements) * chunk;
}

void check(const std::string &name, const at::Tensor &parameter, const at::Tensor &first) {
    const at::ScalarType type = parameter.scalar_type();
    require(type == at::kFloat || type == at::kBFloat16 || type == at::kHalf, op, name, ": dtype ",
            c10::toString(type), ": use float32, bfloat16 or float16 parameters");
    require(type == first.scalar_type(), op, name, ": dtype ", c10::toString(type),
            ", but the first has ", c10::toString(first.scalar_type()), ": give all one type");
    require(parameter.is_non_overlapping_and_dense(), op, name, ": strides ", parameter.strides(),
            ": not dense: call .contiguous() first");
    require(parameter.device() == first.device(), op, name, ": on ", parameter.device().str(),
            ", but the first is on ", first.device().str(), ": move the model to one device");
}

} // namespace

FlatParameters::FlatParameters(const std::vector<std::pair<std::string, at::Tensor>> &named) {
    require(!named.empty(), op, "no parameters: give at least one");
    int64_t total = 0;
    for (const auto &[name, parameter] : named) {
        check(name, parameter, named.front().second);
        total += padded(parameter.numel());
    }
    const at::NoGradGuard no_grad;
    const auto options = named.front().second.options().requires_grad(false);
    const auto full = options.dtype(at::kFloat);
    flat_params = at::zeros({total}, options);
    flat_grads = at::zeros({total}, options);
    flat_momenta = at::zeros({total}, full);
    if (flat_params.scalar_type() != at::kFloat) {
        flat_masters = at::zeros({total}, full);
    }
    int64_t offset = 0;
    for (const auto &[name, parameter] : named) {
        add(name, parameter, offset);
        offset += padded(parameter.numel());
    }
    if (!has_masters()) {
        master_views = parameter_views;
    }
}

void FlatParameters::add(const std::string &name, const at::Tensor &parameter, int64_t offset) {
    auto view_of = [&](const at::Tensor &flat) {
        return flat.as_strided(parameter.sizes(), parameter.strides(), offset);
    };
    at::Tensor values = view_of(flat_params);
    values.copy_(parameter);
    if (has_masters()) {
        master_views.push_back(view_of(flat_masters));
        master_views.back().copy_(parameter);
    }
    gradient_views.push_back(view_of(flat_grads));
    momentum_views.push_back(view_of(flat_momenta));
    at::Tensor same = parameter;
    if (same.grad().defined()) {
        gradient_views.back().copy_(same.grad());
    }
    same.set_data(values);
    same.mutable_grad() = gradient_views.back();
    parameter_views.push_back(same);
    parameter_names.push_back(name);
}

void FlatParameters::zero_gradients() {
    flat_grads.zero_();
    for (size_t i = 0; i < parameter_views.size(); ++i) {
        parameter_views[i].mutable_grad() = gradient_views[i];
    }
}

void FlatParameters::gather_gradients() {
    const at::NoGradGuard no_grad;
    for (size_t i = 0; i < parameter_views.size(); ++i) {
        at::Tensor &gradient = parameter_views[i].mutable_grad();
        if (!gradient.defined()) {
            gradient_views[i].zero_();
        } else if (gradient.const_data_ptr() != gradient_views[i].const_data_ptr()) {
            gradient_views[i].copy_(gradient);
        }
        gradient = gradient_views[i];
    }
}

void FlatParameters::reset_masters() {
    if (has_masters()) {
        const at::NoGradGuard no_grad;
        flat_masters.copy_(flat_params);
    }
}

UpdateBuffers FlatParameters::buffers() const {
    auto chunks = [](const at::Tensor &flat) { return flat.view({-1, chunk}); };
    if (!has_masters()) {
        return {chunks(flat_params), chunks(flat_grads), chunks(flat_momenta), {}, {}};
    }
    return {
        chunks(flat_masters), chunks(flat_grads), chunks(flat_momenta), chunks(flat_params), {}};
}

} // namespace haliclr::runtime
