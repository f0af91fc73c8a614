// libhaliclr_ops.so: the torch operators haliclr::*, for Python and C++ users of LibTorch.
#include "runtime/autograd/pairwise_function.h"
#include "runtime/ops/lars.h"
#include "runtime/ops/momentum_sgd.h"
#include "runtime/ops/pairwise_modes.h"
#include "runtime/ops/unit_rows.h"
#include "runtime/ops/views.h"

#include <torch/library.h>

namespace haliclr::runtime {
namespace {

using Three = std::tuple<at::Tensor, at::Tensor, at::Tensor>;
using Five = std::tuple<at::Tensor, at::Tensor, at::Tensor, at::Tensor, at::Tensor>;

void step_lists(at::TensorList params, at::TensorList grads, at::TensorList momenta,
                c10::List<bool> adapt, double lr, double momentum, double weight_decay,
                double trust, c10::string_view form) {
    lars_step(params, grads, momenta, std::vector<bool>(adapt.begin(), adapt.end()), lr, momentum,
              weight_decay, trust, std::string(form));
}

LarsOptions lars_options(double lr, double momentum, double weight_decay, double trust,
                         c10::string_view form, c10::string_view denominator, bool nesterov,
                         bool clip) {
    return {lr,       momentum, weight_decay, trust, std::string(form), std::string(denominator),
            nesterov, clip};
}

void update_lars(at::TensorList params, at::TensorList grads, at::TensorList momenta,
                 c10::List<bool> adapt, double lr, double momentum, double weight_decay,
                 double trust, c10::string_view form, c10::string_view denominator, bool nesterov,
                 bool clip) {
    lars_update({params, grads, momenta, {}, std::vector<bool>(adapt.begin(), adapt.end())},
                lars_options(lr, momentum, weight_decay, trust, form, denominator, nesterov, clip));
}

void update_lars_masters(at::TensorList masters, at::TensorList grads, at::TensorList momenta,
                         at::TensorList copies, c10::List<bool> adapt, double lr, double momentum,
                         double weight_decay, double trust, c10::string_view form,
                         c10::string_view denominator, bool nesterov, bool clip) {
    TORCH_CHECK_VALUE(copies.size() == masters.size(), "[lars_update] copies: ", copies.size(),
                      " entries, but ", masters.size(), " masters: give equally long lists");
    lars_update({masters, grads, momenta, copies, std::vector<bool>(adapt.begin(), adapt.end())},
                lars_options(lr, momentum, weight_decay, trust, form, denominator, nesterov, clip));
}

void step_momentum(at::TensorList params, at::TensorList grads, at::TensorList momenta,
                   c10::List<bool> decay, double lr, double momentum, double weight_decay,
                   bool nesterov) {
    momentum_sgd_step({params, grads, momenta, {}, std::vector<bool>(decay.begin(), decay.end())},
                      {lr, momentum, weight_decay, nesterov});
}

at::Tensor draw_views(c10::string_view recipe, const at::Tensor &table, const at::Tensor &ids,
                      int64_t seed, int64_t epoch) {
    return view_draws(std::string(recipe), table, ids, seed, epoch);
}

at::Tensor make_views(c10::string_view recipe, const at::Tensor &bytes, const at::Tensor &table,
                      const at::Tensor &draws, int64_t size, std::optional<at::ScalarType> dtype,
                      bool channels_last) {
    return views(std::string(recipe), bytes, table, draws, size, dtype, channels_last);
}

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

at::Tensor view_draws(c10::string_view recipe, const at::Tensor &table, const at::Tensor &, int64_t,
                      int64_t) {
    const auto columns = static_cast<int64_t>(view_columns(std::string(recipe)).size());
    return at::empty_symint({table.sym_size(0) * 2, columns}, table.options().dtype(at::kFloat));
}

at::Tensor views(c10::string_view, const at::Tensor &, const at::Tensor &, const at::Tensor &draws,
                 int64_t size, std::optional<at::ScalarType> dtype, bool channels_last) {
    const auto format =
        channels_last ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous;
    return at::empty_symint({draws.sym_size(0), 3, size, size},
                            draws.options().dtype(dtype.value_or(at::kFloat)), format);
}

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

void step_lists(at::TensorList, at::TensorList, at::TensorList, c10::List<bool>, double, double,
                double, double, c10::string_view) {}

void update_lars(at::TensorList, at::TensorList, at::TensorList, c10::List<bool>, double, double,
                 double, double, c10::string_view, c10::string_view, bool, bool) {}

void update_lars_masters(at::TensorList, at::TensorList, at::TensorList, at::TensorList,
                         c10::List<bool>, double, double, double, double, c10::string_view,
                         c10::string_view, bool, bool) {}

void step_momentum(at::TensorList, at::TensorList, at::TensorList, c10::List<bool>, double, double,
                   double, bool) {}

} // namespace shapes

} // namespace

TORCH_LIBRARY(haliclr, library) {
    const std::vector<at::Tag> tags{at::Tag::pt2_compliant_tag};
    library.def("view_columns(str recipe) -> str[]",
                [](c10::string_view recipe) { return view_columns(std::string(recipe)); });
    library.def(
        "view_draws(str recipe, Tensor image_table, Tensor ids, int seed, int epoch) -> Tensor",
        tags);
    library.def("views(str recipe, Tensor bytes, Tensor image_table, Tensor draws, int size, *, "
                "ScalarType? dtype=None, bool channels_last=False) -> Tensor",
                tags);
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
    library.def(
        "lars_step(Tensor(a!)[] params, Tensor[] grads, Tensor(b!)[] momenta, bool[] adapt, "
        "float lr, float momentum, float weight_decay, float trust, str form) -> ()",
        tags);
    library.def(
        "lars_update(Tensor(a!)[] params, Tensor[] grads, Tensor(b!)[] momenta, bool[] adapt, "
        "float lr, float momentum, float weight_decay, float trust, str form, *, "
        "str denominator='joint', bool nesterov=False, bool clip=False) -> ()",
        tags);
    library.def("lars_update_masters(Tensor(a!)[] masters, Tensor[] grads, Tensor(b!)[] momenta, "
                "Tensor(c!)[] copies, bool[] adapt, float lr, float momentum, float weight_decay, "
                "float trust, str form, *, str denominator='joint', bool nesterov=False, "
                "bool clip=False) -> ()",
                tags);
    library.def(
        "momentum_sgd_step(Tensor(a!)[] params, Tensor[] grads, Tensor(b!)[] momenta, "
        "bool[] decay, float lr, float momentum, float weight_decay, *, bool nesterov=False) -> ()",
        tags);
    library.def("check_updates() -> ()", check_updates);
}

TORCH_LIBRARY_IMPL(haliclr, CompositeExplicitAutograd, library) {
    library.impl("view_draws", draw_views);
    library.impl("views", make_views);
    library.impl("ntxent", plain_ntxent);
    library.impl("pairwise_loss", plain_pairwise_loss);
    library.impl("_pairwise_forward", forward_pass);
    library.impl("_pairwise_backward", backward_pass);
    library.impl("lars_step", step_lists);
    library.impl("lars_update", update_lars);
    library.impl("lars_update_masters", update_lars_masters);
    library.impl("momentum_sgd_step", step_momentum);
}

TORCH_LIBRARY_IMPL(haliclr, Autograd, library) {
    library.impl("ntxent", differentiable_ntxent);
    library.impl("pairwise_loss", differentiable_pairwise_loss);
}

TORCH_LIBRARY_IMPL(haliclr, Meta, library) {
    library.impl("view_draws", shapes::view_draws);
    library.impl("views", shapes::views);
    library.impl("ntxent", shapes::ntxent);
    library.impl("pairwise_loss", shapes::pairwise_loss);
    library.impl("_pairwise_forward", shapes::forward_pass);
    library.impl("_pairwise_backward", shapes::backward_pass);
    library.impl("lars_step", shapes::step_lists);
    library.impl("lars_update", shapes::update_lars);
    library.impl("lars_update_masters", shapes::update_lars_masters);
    library.impl("momentum_sgd_step", shapes::step_momentum);
}

} // namespace haliclr::runtime
