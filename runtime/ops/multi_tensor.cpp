// Multi-tensor updates: tables of the flat layout, kernel calls, and what they found.
#include "runtime/ops/multi_tensor.h"

#include "runtime/ops/device_cache.h"
#include "runtime/ops/finite_watch.h"
#include "runtime/ops/kernels.h"

#include <ATen/ATen.h>

#include <limits>

namespace haliclr::runtime {
namespace {

constexpr int64_t chunk = dsl::multi_tensor_chunk;

struct Tables {
    at::Tensor chunk_tensor; // int32 [chunks]
    at::Tensor tensors;      // int32 [tensors + 1, 3]
};

Tables make_tables(const UpdateLayout &layout, at::Device device) {
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
            at::tensor(tensors, at::kInt).view({rows, dsl::multi_tensor_columns}).to(device)};
}

Tables tables_for(const UpdateLayout &layout, at::Device device) {
    static DeviceCache<UpdateLayout, Tables> known;
    return known.get(device, layout, make_tables);
}

int64_t verdict_columns(UpdateRule rule) {
    return rule == UpdateRule::momentum_sgd ? 2 : 3;
}

// Runs a kernel of float32 gradients, or one that also writes copies.
template <typename Function>
void run(const Kernel<Function> &kernel, const Update &update, const UpdateBuffers &flat,
         const Tables &tables, const at::Tensor &verdict) {
    KernelCall call(update.op, flat.params.device());
    auto bits = [](const at::Tensor &low) { return low.view(at::kUInt16); };
    call.finish(std::apply(
        [&](auto... scalars) {
            const void *context = call.context();
            halide_buffer_t *params = call.read("params", flat.params);
            halide_buffer_t *grads =
                call.read("grads", flat.copies.defined() ? bits(flat.grads) : flat.grads);
            halide_buffer_t *momenta = call.read("momenta", flat.momenta);
            halide_buffer_t *carried = call.read("sums", flat.sums);
            halide_buffer_t *chunk_tensor = call.read("chunk_tensor", tables.chunk_tensor);
            halide_buffer_t *tensors = call.read("tensors", tables.tensors);
            halide_buffer_t *new_params = call.write("params", flat.params);
            halide_buffer_t *new_momenta = call.write("momenta", flat.momenta);
            halide_buffer_t *sums = call.write("sums", flat.sums);
            halide_buffer_t *found = call.write("verdict", verdict);
            Function *const function = kernel.on(call.backend());
            if constexpr (std::is_same_v<Function, kernels::Update>) {
                return function(context, params, grads, momenta, carried, chunk_tensor, tensors,
                                scalars..., new_params, new_momenta, sums, found);
            } else {
                halide_buffer_t *copies = call.write("copies", bits(flat.copies));
                return function(context, params, grads, momenta, carried, chunk_tensor, tensors,
                                scalars..., new_params, new_momenta, copies, sums, found);
            }
        },
        update.scalars));
}

// What made a sum infinite or NaN.
[[noreturn]] void report(const Update &update, size_t index, const UpdateNames &names) {
    const auto [gradient, parameter] = names.tensors(index);
    auto finite = [](const at::Tensor &tensor) { return at::isfinite(tensor).all().item<bool>(); };
    auto overflows = [](const at::Tensor &tensor) {
        const double norm = tensor.to(at::kDouble).norm().item<double>();
        return norm * norm > std::numeric_limits<float>::max();
    };
    std::string what = names.gradient(index) + ": its norm overflows float32";
    if (!finite(gradient)) {
        what = names.gradient(index) + " is not finite";
    } else if (!finite(parameter)) {
        what = names.parameter(index) + " is not finite";
    } else if (overflows(parameter)) {
        what = names.parameter(index) + ": its norm overflows float32";
    }
    throw NonFiniteGradient(c10::str("[", update.op, "] ", what, not_finite_remedy));
}

void judge(const Update &update, const at::Tensor &verdict, size_t count,
           const UpdateNames &names) {
    if (verdict.is_cuda()) {
        std::vector<std::string> gradients;
        for (size_t i = 0; i < count; ++i) {
            gradients.push_back(names.gradient(i));
        }
        watch_update(update.op, verdict.select(1, 0), std::move(gradients));
        return;
    }
    const auto found = verdict.accessor<float, 2>();
    for (size_t i = 0; i < count; ++i) {
        if (found[static_cast<int64_t>(i)][0] == 0.0f) {
            report(update, i, names);
        }
    }
}

} // namespace

int64_t chunks_of(int64_t elements) {
    return (elements + chunk - 1) / chunk;
}

void update_flat(const Update &update, const UpdateBuffers &buffers, const UpdateLayout &layout,
                 const UpdateNames &names) {
    if (buffers.params.numel() == 0) {
        return;
    }
    const at::Device device = buffers.params.device();
    if (device.is_cuda()) {
        poll_updates();
    }
    const Tables tables = tables_for(layout, device);
    const auto count = static_cast<int64_t>(layout.size());
    const at::Tensor verdict =
        at::empty({count, verdict_columns(update.rule)}, buffers.sums.options());
    const auto kernel = static_cast<size_t>(update.rule);
    if (!buffers.copies.defined()) {
        run(kernels::updates[kernel], update, buffers, tables, verdict);
    } else if (buffers.copies.scalar_type() == at::kHalf) {
        run(kernels::updates_float16[kernel], update, buffers, tables, verdict);
    } else {
        run(kernels::updates_bfloat16[kernel], update, buffers, tables, verdict);
    }
    judge(update, verdict, layout.size(), names);
}

} // namespace haliclr::runtime
