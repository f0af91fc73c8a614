// The torch operators haliclr::ntxent and pairwise_loss, and their two passes, for Python and C++
// users of LibTorch.
#include "runtime/autograd/pairwise_function.h"
#include "runtime/ops/pairwise_modes.h"
#include "runtime/ops/unit_rows.h"

#include <torch/library.h>

namespace haliclr::runtime {
namespace {

using Three = std::tuple<at::Tensor, at::Tensor, at::Tensor>;
using Five = std::tuple<at::Tensor, at::Tensor, at::Tensor, at::Tensor, at::Tensor>;

PairwiseLoss loss_of(c10::string_view kind, double temperature, double margin, bool semi_hard) {
    return {std::string(kind), temperature, margin, semi_hard};
}

PairwiseMode mode_of(c10::string_view name, int64_t store_bytes, c10::string_view precision,
                     int64_t hybrid_stripe_bytes) {
    return {std::string(name), store_bytes, std::string(precision), hybrid_stripe_bytes};
}

PairwiseLoss ntxent_at(double temperature) {
    return {"ntxent", temperature};
}

Five forward_pass(const at::Tensor &z, c10::string_view kind, double temperature, double margin,
                  bool semi_hard, c10::string_view mode, int64_t store_bytes,
                  c10::string_view precision, int64_t hybrid_stripe_bytes, bool wants_gradient) {
    const PairwiseLoss loss = loss_of(kind, temperature, margin, semi_hard);
    const PairwiseMode how = mode_of(mode, store_bytes, precision, hybrid_stripe_bytes);
    check_pairwise_arguments(z, loss, how);
    const PairwiseForward result = pairwise_forward(z, loss, how, wants_gradient);
    if (!z.is_cuda()) { // there the check would make the host wait
        check_rows_are_finite(z, result.statistics, loss);
    }
    return {result.statistics, result.unit, result.inverse_norms, result.row_state, result.tiles};
}

at::Tensor backward_pass(const at::Tensor &unit, const at::Tensor &inverse_norms,
                         const at::Tensor &row_state, const at::Tensor &tiles,
                         const at::Tensor &gradient, c10::string_view kind, double temperature,
                         double margin, bool semi_hard, c10::string_view mode,
                         c10::string_view precision, int64_t hybrid_stripe_bytes, int64_t columns) {
    return pairwise_backward({at::Tensor(), unit, inverse_norms, row_state, tiles}, gradient,
                             loss_of(kind, temperature, margin, semi_hard),
                             mode_of(mode, 0, precision, hybrid_stripe_bytes), columns);
}

Three plain_loss(const at::Tensor &z, const PairwiseLoss &loss, const PairwiseMode &mode) {
    const at::Tensor statistics = std::get<0>(forward_pass(
        converted(z, at::kFloat), loss.kind, loss.temperature, loss.margin, loss.semi_hard,
        mode.name, mode.store_bytes, mode.precision, mode.hybrid_stripe_bytes, false));
    return {statistics[0].clone(), statistics[1].clone(), statistics[2].clone()};
}

Three plain_pairwise_loss(const at::Tensor &z, c10::string_view kind, double temperature,
                          double margin, bool semi_hard, c10::string_view mode, int64_t store_bytes,
                          c10::string_view precision, int64_t hybrid_stripe_bytes) {
    const PairwiseLoss loss = loss_of(kind, temperature, margin, semi_hard);
    const PairwiseMode how = mode_of(mode, store_bytes, precision, hybrid_stripe_bytes);
    check_pairwise_arguments(z, loss, how);
    return plain_loss(z, loss, how);
}

Three plain_ntxent(const at::Tensor &z, double temperature) {
    check_pairwise_arguments(z, ntxent_at(temperature), {});
    return plain_loss(z, ntxent_at(temperature), {});
}

// Through the dispatcher, so that fake tensors and tracing meet operators rather than kernels.
struct DispatchedPasses {
    static PairwiseForward forward(const at::Tensor &z, const PairwiseLoss &loss,
                                   const PairwiseMode &mode, bool wants_gradient) {
        static const auto op = c10::Dispatcher::singleton()
                                   .findSchemaOrThrow("haliclr::_pairwise_forward", "")
                                   .typed<decltype(forward_pass)>();
        const auto [statistics, unit, inverse_norms, row_state, tiles] =
            op.call(z, loss.kind, loss.temperature, loss.margin, loss.semi_hard, mode.name,
                    mode.store_bytes, mode.precision, mode.hybrid_stripe_bytes, wants_gradient);
        return {statistics, unit, inverse_norms, row_state, tiles};
    }

    static at::Tensor backward(const PairwiseForward &saved, const at::Tensor &gradient,
                               const PairwiseLoss &loss, const PairwiseMode &mode,
                               int64_t columns) {
        static const auto op = c10::Dispatcher::singleton()
                                   .findSchemaOrThrow("haliclr::_pairwise_backward", "")
                                   .typed<decltype(backward_pass)>();
        return op.call(saved.unit, saved.inverse_norms, saved.row_state, saved.tiles, gradient,
                       loss.kind, loss.temperature, loss.margin, loss.semi_hard, mode.name,
                       mode.precision, mode.hybrid_stripe_bytes, columns);
    }
};

Three differentiable_pairwise_loss(const at::Tensor &z, c10::string_view kind, double temperature,
                                   double margin, bool semi_hard, c10::string_view mode,
                                   int64_t store_bytes, c10::string_view precision,
                                   int64_t hybrid_stripe_bytes) {
    auto outputs = PairwiseFunction<DispatchedPasses>::apply(
        z, loss_of(kind, temperature, margin, semi_hard),
        mode_of(mode, store_bytes, precision, hybrid_stripe_bytes));
    return {outputs[0], outputs[1], outputs[2]};
}

Three differentiable_ntxent(const at::Tensor &z, double temperature) {
    auto outputs =
        PairwiseFunction<DispatchedPasses>::apply(z, ntxent_at(temperature), PairwiseMode());
    return {outputs[0], outputs[1], outputs[2]};
}

// Shapes alone, for fake tensors.
namespace shapes {

Five forward_pass(const at::Tensor &z, c10::string_view kind, double temperature, double margin,
                  bool semi_hard, c10::string_view mode, int64_t store_bytes, c10::string_view,
                  int64_t, bool wants_gradient) {
    const PairwiseLoss loss = loss_of(kind, temperature, margin, semi_hard);
    const auto options = z.options().dtype(at::kFloat);
    const at::Tensor none = at::empty({0}, options);
    if (is_exact_path(loss)) {
        return {at::empty({3}, options), at::empty_like(z), none, none.clone(), none.clone()};
    }
    const c10::SymInt rows = z.sym_size(0);
    const int64_t columns = filled_columns(z.sym_size(1).guard_int(__FILE__, __LINE__));
    const StoredTiles tiles = stored_tiles(
        {rows.guard_int(__FILE__, __LINE__), z.sym_size(1).guard_int(__FILE__, __LINE__)}, loss,
        {std::string(mode), store_bytes}, z.device(), wants_gradient);
    return {at::empty({3}, options), at::empty_symint({rows, columns}, options),
            at::empty_symint({rows}, options), at::empty_symint({3, rows}, options),
            at::empty({tiles.elements}, options.dtype(tiles.type))};
}

at::Tensor backward_pass(const at::Tensor &unit, const at::Tensor &, const at::Tensor &,
                         const at::Tensor &, const at::Tensor &, c10::string_view, double, double,
                         bool, c10::string_view, c10::string_view, int64_t, int64_t columns) {
    return at::empty_symint({unit.sym_size(0), columns}, unit.options());
}

Three statistics_of(const at::Tensor &z) {
    const auto options = z.options().dtype(at::kFloat);
    return {at::empty({}, options), at::empty({}, options), at::empty({}, options)};
}

Three ntxent(const at::Tensor &z, double) {
    return statistics_of(z);
}

Three pairwise_loss(const at::Tensor &z, c10::string_view, double, double, bool, c10::string_view,
                    int64_t, c10::string_view, int64_t) {
    return statistics_of(z);
}

} // namespace shapes

} // namespace

TORCH_LIBRARY_FRAGMENT(haliclr, library) {
    const std::vector<at::Tag> tags{at::Tag::pt2_compliant_tag};
    library.def(
        "ntxent(Tensor z, float temperature) -> (Tensor loss, Tensor accuracy, Tensor entropy)",
        tags);
    library.def("pairwise_loss(Tensor z, str loss, *, float temperature=0.5, float margin=0.4, "
                "bool semi_hard=False, str mode=\"auto\", int store_bytes=25165824, "
                "str precision=\"fp32\", int hybrid_stripe_bytes=0) -> "
                "(Tensor loss, Tensor accuracy, Tensor detail)",
                tags);
    library.def("_pairwise_forward(Tensor z, str loss, float temperature, float margin, "
                "bool semi_hard, str mode, int store_bytes, str precision, "
                "int hybrid_stripe_bytes, bool wants_gradient) -> "
                "(Tensor statistics, Tensor unit, Tensor inverse_norms, Tensor row_state, "
                "Tensor tiles)",
                tags);
    library.def("_pairwise_backward(Tensor unit, Tensor inverse_norms, Tensor row_state, "
                "Tensor tiles, Tensor gradient, str loss, float temperature, float margin, "
                "bool semi_hard, str mode, str precision, int hybrid_stripe_bytes, "
                "int columns) -> Tensor",
                tags);
}

TORCH_LIBRARY_IMPL(haliclr, CompositeExplicitAutograd, library) {
    library.impl("ntxent", plain_ntxent);
    library.impl("pairwise_loss", plain_pairwise_loss);
    library.impl("_pairwise_forward", forward_pass);
    library.impl("_pairwise_backward", backward_pass);
}

TORCH_LIBRARY_IMPL(haliclr, Autograd, library) {
    library.impl("ntxent", differentiable_ntxent);
    library.impl("pairwise_loss", differentiable_pairwise_loss);
}

TORCH_LIBRARY_IMPL(haliclr, Meta, library) {
    library.impl("ntxent", shapes::ntxent);
    library.impl("pairwise_loss", shapes::pairwise_loss);
    library.impl("_pairwise_forward", shapes::forward_pass);
    library.impl("_pairwise_backward", shapes::backward_pass);
}

} // namespace haliclr::runtime
