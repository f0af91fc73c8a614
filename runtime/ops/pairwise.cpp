// Kernel calls of the pairwise losses; NT-Xent below the kernels' temperatures goes to LibTorch.
#include "runtime/ops/pairwise.h"

#include "dsl/pairwise_limits.h"
#include "runtime/ops/hybrid.h"
#include "runtime/ops/ntxent_exact.h"
#include "runtime/ops/pairwise_kernels.h"
#include "runtime/ops/unit_rows.h"

#include <torch/torch.h>

#include <limits>
#include <numeric>

namespace haliclr::runtime {
namespace {

// Of every schedule; the blocks of a circle of M rows hold fewer than M + this many.
constexpr int64_t largest_block_rows = 64;

// The tiles as the kernels of this back end lay them out: [offsets, blocks, rows, rows].
at::Tensor laid_out(KernelCall &call, const at::Tensor &tiles, int64_t rows) {
    ShapeQuery unit({rows, dsl::unit_row_alignment}), shape({0, 0, 0, 0});
    call.finish(
        kernels::pairwise_tiles.on(call.backend())(call.context(), unit.get(), shape.get()));
    const std::vector<int64_t> sizes = shape.shape();
    const int64_t elements =
        std::accumulate(sizes.begin(), sizes.end(), int64_t{1}, std::multiplies<>());
    TORCH_INTERNAL_ASSERT(elements <= tiles.numel(), "blocks of more than ", largest_block_rows);
    return tiles.narrow(0, 0, elements).view(sizes);
}

} // namespace

bool is_exact_path(const PairwiseLoss &loss) {
    return loss.kind == "ntxent" &&
           loss.temperature < static_cast<double>(dsl::smallest_ntxent_temperature);
}

int64_t tiles_elements(int64_t rows, const PairwiseLoss &loss, const PairwiseMode &mode,
                       bool wants_gradient) {
    const bool may_store = mode.name == "store" || mode.name == "auto";
    if (!may_store || !wants_gradient || is_exact_path(loss)) {
        return 0;
    }
    const int64_t filled = rows + largest_block_rows - 1;
    const int64_t elements = filled * (filled / 2 + largest_block_rows);
    const auto bytes = elements * static_cast<int64_t>(sizeof(float));
    const bool fits = bytes <= mode.store_bytes && elements <= std::numeric_limits<int32_t>::max();
    require(fits || mode.name == "auto", loss.kind, "mode: store: ", rows, " rows need ", bytes,
            " bytes, above store_bytes = ", mode.store_bytes,
            " or the 2^31 elements of a kernel: raise it, or use mode recompute");
    return fits ? elements : 0;
}

PairwiseForward pairwise_forward(const at::Tensor &z, const PairwiseLoss &loss,
                                 const PairwiseMode &mode, bool wants_gradient) {
    const auto options = z.options().requires_grad(false);
    choose_backend(loss.kind, z.device()); // the exact path refuses a wrong HALICLR_BACKEND too
    if (is_exact_path(loss)) {
        return {ntxent_exact_statistics(z, loss.temperature), z.clone(), at::empty({0}, options),
                at::empty({0}, options), at::empty({0}, options)};
    }
    if (mode.name == "hybrid") {
        return hybrid_forward(z, loss, mode);
    }
    const PairwiseNumbers numbers(loss);
    const kernels::PairwiseKernels &kernel = kernels_of(loss);
    UnitRows rows = unit_rows(loss.kind, z);
    PairwiseForward result{
        at::empty({3}, options), rows.unit, rows.inverse_norms, at::empty({3, z.size(0)}, options),
        at::empty({tiles_elements(z.size(0), loss, mode, wants_gradient)}, options)};
    KernelCall call(loss.kind, z.device());
    if (result.tiles.numel() == 0) {
        call.finish(kernel.forward.on(call.backend())(
            call.context(), call.read("z", result.unit), numbers.inverse_temperature,
            numbers.margin, numbers.semi_hard, call.write("statistics", result.statistics),
            call.write("row_state", result.row_state)));
        return result;
    }
    KernelCall similarities(loss.kind, z.device());
    const at::Tensor tiles = laid_out(similarities, result.tiles, z.size(0));
    similarities.finish(kernels::pairwise_tiles.on(call.backend())(
        similarities.context(), similarities.read("z", result.unit),
        similarities.write("tiles", tiles)));
    call.finish(kernel.forward_tiles.on(call.backend())(
        call.context(), call.read("z", result.unit), numbers.inverse_temperature, numbers.margin,
        numbers.semi_hard, call.read("tiles", tiles), call.write("statistics", result.statistics),
        call.write("row_state", result.row_state)));
    return result;
}

at::Tensor pairwise_backward(const PairwiseForward &saved, const at::Tensor &gradient,
                             const PairwiseLoss &loss, const PairwiseMode &mode, int64_t columns) {
    if (is_exact_path(loss)) {
        return ntxent_exact_gradient(saved.unit, gradient, loss.temperature);
    }
    if (mode.name == "hybrid") {
        return hybrid_backward(saved, gradient, loss, mode, columns);
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
    if (saved.tiles.numel() == 0) {
        call.finish(kernel.backward.on(call.backend())(
            call.context(), unit, numbers.inverse_temperature, numbers.margin, numbers.semi_hard,
            inverse_norms, row_state, scale, call.write("dz", dz)));
    } else {
        KernelCall query(loss.kind, dz.device());
        const at::Tensor tiles = laid_out(query, saved.tiles, dz.size(0));
        call.finish(kernel.backward_tiles.on(call.backend())(
            call.context(), unit, numbers.inverse_temperature, numbers.margin, numbers.semi_hard,
            inverse_norms, row_state, scale, call.read("tiles", tiles), call.write("dz", dz)));
    }
    return on_cpu ? dz : dz.mul_(gradient);
}

} // namespace haliclr::runtime
