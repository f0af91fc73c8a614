// The LARS step: tables of the flat layout, and kernel calls.
#include "runtime/ops/lars.h"

#include "dsl/lars_layout.h"
#include "runtime/ops/device_cache.h"
#include "runtime/ops/kernels.h"
#include "runtime/ops/lars_check.h"

#include <torch/torch.h>

namespace haliclr::runtime {
namespace {

constexpr int64_t chunk = dsl::lars_chunk;

struct Scalars {
    float trust, weight_decay, momentum, gain, rate;
};

// The two forms differ in where the learning rate stands; see dsl/lars.h.
Scalars scalars_of(double lr, double momentum, double weight_decay, double trust,
                   const std::string &form) {
    require(form == "simclr" || form == "pytorch", "lars_step", "form: '", form,
            "': use simclr (rate inside the momentum) or pytorch (rate outside)");
    const bool inside = form == "simclr";
    return {static_cast<float>(trust), static_cast<float>(weight_decay),
            static_cast<float>(momentum), static_cast<float>(inside ? lr : 1.0),
            static_cast<float>(inside ? 1.0 : lr)};
}

int64_t chunks_of(int64_t elements) {
    return (elements + chunk - 1) / chunk;
}

// Sizes of the tensors in order, and whether each adapts: all that the tables depend on.
using Layout = std::vector<std::pair<int64_t, bool>>;

struct Tables {
    at::Tensor chunk_tensor; // int32 [chunks]
    at::Tensor tensors;      // int32 [tensors + 1, 3]
};

Tables make_tables(const Layout &layout, at::Device device) {
    std::vector<int32_t> chunk_tensor, tensors;
    for (size_t t = 0; t < layout.size(); ++t) {
        const auto [elements, adapt] = layout[t];
        tensors.insert(tensors.end(), {static_cast<int32_t>(chunk_tensor.size()),
                                       static_cast<int32_t>(elements), adapt ? 1 : 0});
        chunk_tensor.insert(chunk_tensor.end(), chunks_of(elements), static_cast<int32_t>(t));
    }
    tensors.insert(tensors.end(), {static_cast<int32_t>(chunk_tensor.size()), 0, 0});
    const auto rows = static_cast<int64_t>(layout.size()) + 1;
    return {at::tensor(chunk_tensor, at::kInt).to(device),
            at::tensor(tensors, at::kInt).view({rows, dsl::lars_tensor_columns}).to(device)};
}

Tables tables_for(const Layout &layout, at::Device device) {
    static DeviceCache<Layout, Tables> known;
    return known.get(device, layout, make_tables);
}

struct FlatBuffers {
    at::Tensor params, grads, momenta;
};

void step(const FlatBuffers &flat, const Layout &layout, const Scalars &scalars) {
    const Tables tables = tables_for(layout, flat.params.device());
    KernelCall call("lars_step", flat.params.device());
    call.finish(kernels::lars.on(call.backend())(
        call.context(), call.read("params", flat.params), call.read("grads", flat.grads),
        call.read("momenta", flat.momenta), call.read("chunk_tensor", tables.chunk_tensor),
        call.read("tensors", tables.tensors), scalars.trust, scalars.weight_decay, scalars.momentum,
        scalars.gain, scalars.rate, call.write("params", flat.params),
        call.write("momenta", flat.momenta)));
}

// The elements of a dense tensor in the order of memory, whatever its strides.
at::Tensor as_flat(const at::Tensor &tensor, int64_t elements) {
    return tensor.detach().as_strided({elements}, {1});
}

// Whether every tensor of a list starts on the chunk after the one before it, within one storage.
bool lies_flat(at::TensorList list) {
    int64_t expected = list[0].storage_offset();
    for (const at::Tensor &tensor : list) {
        if (!tensor.storage().is_alias_of(list[0].storage()) ||
            tensor.storage_offset() != expected) {
            return false;
        }
        expected += chunks_of(tensor.numel()) * chunk;
    }
    return true;
}

// From the first element of the first tensor to the last of the last.
int64_t span_of(at::TensorList list) {
    const at::Tensor &last = list.back();
    return last.storage_offset() + last.numel() - list[0].storage_offset();
}

} // namespace

void lars_step(at::TensorList params, at::TensorList grads, at::TensorList momenta,
               const std::vector<bool> &adapt, double lr, double momentum, double weight_decay,
               double trust, const std::string &form) {
    const Scalars scalars = scalars_of(lr, momentum, weight_decay, trust, form);
    check_lars_numbers(lr, momentum, weight_decay, trust);
    check_lars_lists({params, grads, momenta, adapt});
    if (params.empty()) {
        return;
    }
    // Autograd must notice that tensors it may have saved change.
    for (const at::TensorList list : {params, momenta}) {
        for (const at::Tensor &tensor : list) {
            tensor.unsafeGetTensorImpl()->bump_version();
        }
    }
    const at::NoGradGuard no_grad;
    if (params.size() > 1 && span_of(params) > 0 && lies_flat(params) && lies_flat(grads) &&
        lies_flat(momenta)) {
        Layout layout;
        for (size_t i = 0; i < params.size(); ++i) {
            layout.emplace_back(params[i].numel(), adapt[i]);
        }
        const int64_t span = span_of(params);
        step({as_flat(params[0], span), as_flat(grads[0], span), as_flat(momenta[0], span)}, layout,
             scalars);
        return;
    }
    for (size_t i = 0; i < params.size(); ++i) {
        const int64_t elements = params[i].numel();
        if (elements > 0) {
            step({as_flat(params[i], elements), as_flat(grads[i], elements),
                  as_flat(momenta[i], elements)},
                 {{elements, adapt[i]}}, scalars);
        }
    }
}

} // namespace haliclr::runtime
