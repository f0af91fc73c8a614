// libhaliclr_ops.so: the torch operators haliclr::*, for Python and C++ users of LibTorch.
#include "runtime/autograd/ntxent_function.h"
#include "runtime/ops/lars.h"
#include "runtime/ops/momentum_sgd.h"
#include "runtime/ops/views.h"

#include "dsl/recipe.h"

#include <torch/library.h>

namespace haliclr::runtime {
namespace {

using Three = std::tuple<at::Tensor, at::Tensor, at::Tensor>;

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

Three forward_pass(const at::Tensor &z, double temperature) {
    check_ntxent_arguments(z, temperature);
    const NtXentForward result = ntxent_forward(z, temperature);
    return {result.statistics, result.sums, result.inverse_norms};
}

Three plain_ntxent(const at::Tensor &z, double temperature) {
    check_ntxent_arguments(z, temperature);
    const at::Tensor statistics = ntxent_forward(z.to(at::kFloat), temperature).statistics;
    return {statistics[0].clone(), statistics[1].clone(), statistics[2].clone()};
}

// Through the dispatcher, so that fake tensors and tracing meet operators rather than kernels.
struct DispatchedPasses {
    static NtXentForward forward(const at::Tensor &z, double temperature) {
        static const auto op = c10::Dispatcher::singleton()
                                   .findSchemaOrThrow("haliclr::_ntxent_forward", "")
                                   .typed<Three(const at::Tensor &, double)>();
        const auto [statistics, sums, inverse_norms] = op.call(z, temperature);
        return {statistics, sums, inverse_norms};
    }

    static at::Tensor backward(const at::Tensor &z, const at::Tensor &sums,
                               const at::Tensor &inverse_norms, const at::Tensor &gradient,
                               double temperature) {
        using Signature = at::Tensor(const at::Tensor &, const at::Tensor &, const at::Tensor &,
                                     const at::Tensor &, double);
        static const auto op = c10::Dispatcher::singleton()
                                   .findSchemaOrThrow("haliclr::_ntxent_backward", "")
                                   .typed<Signature>();
        return op.call(z, sums, inverse_norms, gradient, temperature);
    }
};

Three differentiable_ntxent(const at::Tensor &z, double temperature) {
    auto outputs = NtXentFunction<DispatchedPasses>::apply(z, temperature);
    return {outputs[0], outputs[1], outputs[2]};
}

// Shapes alone, for fake tensors.
namespace shapes {

at::Tensor view_draws(c10::string_view, const at::Tensor &table, const at::Tensor &, int64_t,
                      int64_t) {
    return at::empty_symint({table.sym_size(0) * 2, dsl::draw_column_count},
                            table.options().dtype(at::kFloat));
}

at::Tensor views(c10::string_view, const at::Tensor &, const at::Tensor &, const at::Tensor &draws,
                 int64_t size, std::optional<at::ScalarType> dtype, bool channels_last) {
    const auto format =
        channels_last ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous;
    return at::empty_symint({draws.sym_size(0), 3, size, size},
                            draws.options().dtype(dtype.value_or(at::kFloat)), format);
}

Three forward_pass(const at::Tensor &z, double) {
    const auto options = z.options().dtype(at::kFloat);
    return {at::empty({3}, options), at::empty_symint({z.sym_size(0)}, options),
            at::empty_symint({z.sym_size(0)}, options)};
}

at::Tensor backward_pass(const at::Tensor &z, const at::Tensor &, const at::Tensor &,
                         const at::Tensor &, double) {
    return at::empty_like(z, at::MemoryFormat::Contiguous);
}

Three ntxent(const at::Tensor &z, double) {
    const auto options = z.options().dtype(at::kFloat);
    return {at::empty({}, options), at::empty({}, options), at::empty({}, options)};
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
    library.def("_ntxent_forward(Tensor z, float temperature) -> "
                "(Tensor statistics, Tensor sums, Tensor inverse_norms)",
                tags);
    library.def("_ntxent_backward(Tensor z, Tensor sums, Tensor inverse_norms, Tensor gradient, "
                "float temperature) -> Tensor",
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
    library.impl("_ntxent_forward", forward_pass);
    library.impl("_ntxent_backward", ntxent_backward);
    library.impl("lars_step", step_lists);
    library.impl("lars_update", update_lars);
    library.impl("lars_update_masters", update_lars_masters);
    library.impl("momentum_sgd_step", step_momentum);
}

TORCH_LIBRARY_IMPL(haliclr, Autograd, library) {
    library.impl("ntxent", differentiable_ntxent);
}

TORCH_LIBRARY_IMPL(haliclr, Meta, library) {
    library.impl("view_draws", shapes::view_draws);
    library.impl("views", shapes::views);
    library.impl("ntxent", shapes::ntxent);
    library.impl("_ntxent_forward", shapes::forward_pass);
    library.impl("_ntxent_backward", shapes::backward_pass);
    library.impl("lars_step", shapes::step_lists);
    library.impl("lars_update", shapes::update_lars);
    library.impl("lars_update_masters", shapes::update_lars_masters);
    library.impl("momentum_sgd_step", shapes::step_momentum);
}

} // namespace haliclr::runtime
