// Kernel calls of the pairwise losses; NT-Xent below the kernels' temperatures goes to LibTorch.
#include "runtime/ops/pairwise.h"

#include "dsl/pairwise_limits.h"
#include "runtime/ops/hybrid.h"
#include "runtime/ops/ntxent_exact.h"
#include "runtime/ops/pairwise_kernels.h"
#include "runtime/ops/pairwise_modes.h"
#include "runtime/ops/unit_rows.h"

#include <ATen/ATen.h>

#include <numeric>

namespace haliclr::runtime {
namespace {

const auto &tiles_kernel(at::ScalarType type) {
    return type == at::kShort ? kernels::pairwise_tiles_fixed : kernels::pairwise_tiles;
}

const auto &forward_kernel(const kernels::PairwiseKernels &loss, at::ScalarType tiles) {
    return tiles == at::kShort ? kernels::ntxent_forward_tiles_fixed : loss.forward_tiles;
}

const auto &backward_kernel(const kernels::PairwiseKernels &loss, at::ScalarType tiles) {
    return tiles == at::kShort ? kernels::ntxent_backward_tiles_fixed : loss.backward_tiles;
}

// The tiles as the kernels of this back end lay them out: [offsets, blocks, rows, rows].
at::Tensor laid_out(KernelCall &call, const at::Tensor &tiles, int64_t rows) {
    ShapeQuery unit({rows, dsl::unit_row_alignment}), shape({0, 0, 0, 0});
    call.finish(
        kernels::pairwise_tiles.on(call.backend())(call.context(), unit.get(), shape.get()));
    const std::vector<int64_t> sizes = shape.shape();
    const int64_t elements =
        std::accumulate(sizes.begin(), sizes.end(), int64_t{1}, std::multiplies<>());
    TORCH_INTERNAL_ASSERT(elements <= tiles.numel(), "blocks of more rows than stored_tiles knows");
    return tiles.narrow(0, 0, elements).view(sizes);
}

} // namespace

bool is_exact_path(const PairwiseLoss &loss) {
    return loss.kind == "ntxent" &&
           loss.temperature < static_cast<double>(dsl::smallest_ntxent_temperature);
}

PairwiseForward pairwise_forward(const at::Tensor &z, const PairwiseLoss &loss,
                                 const PairwiseMode &mode, bool wants_gradient) {
    const auto options = z.options().requires_grad(false);
    choose_backend(loss.kind, z.device()); // the exact path refuses a wrong HALICLR_BACKEND too
    if (is_exact_path(loss)) {
        return {ntxent_exact_statistics(z, loss.temperature), z.clone(), at::empty({0}, options),
                at::empty({0}, options), at::empty({0}, options)};
    }
    const PairwiseMode chosen = chosen_mode(z.sizes(), loss, mode, z.device());
    if (chosen.name == "hybrid") {
        return hybrid_forward(z, loss, chosen);
    }
    const PairwiseNumbers numbers(loss);
    const kernels::PairwiseKernels &kernel = kernels_of(loss);
    UnitRows rows = unit_rows(loss.kind, z);
    const StoredTiles stored = stored_tiles(z.sizes(), loss, mode, z.device(), wants_gradient);
    PairwiseForward result{at::empty({3}, options), rows.unit, rows.inverse_norms,
                           at::empty({3, z.size(0)}, options),
                           at::empty({stored.elements}, options.dtype(stored.type))};
    KernelCall call(loss.kind, z.device());
    if (result.tiles.numel() == 0) {
        auto *const forward = chosen.name == "tensor"
                                  ? tensor_kernels_of(loss, mode, call.backend()).forward
                                  : kernel.forward.on(call.backend());
        call.finish(forward(call.context(), call.read("z", result.unit),
                            numbers.inverse_temperature, numbers.margin, numbers.semi_hard,
                            call.write("statistics", result.statistics),
                            call.write("row_state", result.row_state)));
        return result;
    }
    KernelCall similarities(loss.kind, z.device());
    const at::Tensor tiles = laid_out(similarities, result.tiles, z.size(0));
    similarities.finish(tiles_kernel(stored.type)
                            .on(call.backend())(similarities.context(),
                                                similarities.read("z", result.unit),
                                                similarities.write("tiles", tiles)));
    call.finish(forward_kernel(kernel, stored.type)
                    .on(call.backend())(call.context(), call.read("z", result.unit),
                                        numbers.inverse_temperature, numbers.margin,
                                        numbers.semi_hard, call.read("tiles", tiles),
                                        call.write("statistics", result.statistics),
                                        call.write("row_state", result.row_state)));
    return result;
}

at::Tensor pairwise_backward(const PairwiseForward &saved, const at::Tensor &gradient,
                             const PairwiseLoss &loss, const PairwiseMode &mode, int64_t columns) {
    if (is_exact_path(loss)) {
        return ntxent_exact_gradient(saved.unit, gradient, loss.temperature);
    }
    const bool stored = saved.tiles.numel() > 0;
    PairwiseMode without_tiles = mode;
    if (!stored) {
        without_tiles.store_bytes = 0;
        without_tiles = chosen_mode(saved.unit.sizes(), loss, without_tiles, saved.unit.device());
        if (without_tiles.name == "hybrid") {
            return hybrid_backward(saved, gradient, loss, without_tiles, columns);
        }
    }
    const PairwiseNumbers numbers(loss);
    const kernels::PairwiseKernels &kernel = kernels_of(loss);
    at::Tensor dz = at::empty({saved.unit.size(0), columns}, saved.unit.options());
    // Reading a gradient on a GPU would make the host wait; there it is multiplied in afterwards.
    const bool on_cpu = gradient.is_cpu();
    const float scale = on_cpu ? gradient.item<float>() : 1.0f;
    KernelCall call(loss.kind, dz.device());
    halide_buffer_t *unit = call.read("z", saved.unit);
    halide_buffer_t *inverse_norms = call.read("inverse_norms", saved.inverse_norms);
    halide_buffer_t *row_state = call.read("row_state", saved.row_state);
    if (!stored) {
        auto *const backward = without_tiles.name == "tensor"
                                   ? tensor_kernels_of(loss, mode, call.backend()).backward
                                   : kernel.backward.on(call.backend());
        call.finish(backward(call.context(), unit, numbers.inverse_temperature, numbers.margin,
                             numbers.semi_hard, inverse_norms, row_state, scale,
                             call.write("dz", dz)));
    } else {
        KernelCall query(loss.kind, dz.device());
        const at::Tensor tiles = laid_out(query, saved.tiles, dz.size(0));
        call.finish(backward_kernel(kernel, tiles.scalar_type())
                        .on(call.backend())(call.context(), unit, numbers.inverse_temperature,
                                            numbers.margin, numbers.semi_hard, inverse_norms,
                                            row_state, scale, call.read("tiles", tiles),
                                            call.write("dz", dz)));
    }
    return on_cpu ? dz : dz.mul_(gradient);
}

} // namespace haliclr::runtime
