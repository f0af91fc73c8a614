// The torch operators haliclr::lars_step, lars_update, momentum_sgd_step and check_updates, for
// Python and C++ users of LibTorch.
#include "runtime/ops/lars.h"
#include "runtime/ops/momentum_sgd.h"

#include <torch/library.h>

namespace haliclr::runtime {
namespace {

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

// Shapes alone, for fake tensors.
namespace shapes {

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

TORCH_LIBRARY_FRAGMENT(haliclr, library) {
    const std::vector<at::Tag> tags{at::Tag::pt2_compliant_tag};
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
    library.impl("lars_step", step_lists);
    library.impl("lars_update", update_lars);
    library.impl("lars_update_masters", update_lars_masters);
    library.impl("momentum_sgd_step", step_momentum);
}

TORCH_LIBRARY_IMPL(haliclr, Meta, library) {
    library.impl("lars_step", shapes::step_lists);
    library.impl("lars_update", shapes::update_lars);
    library.impl("lars_update_masters", shapes::update_lars_masters);
    library.impl("momentum_sgd_step", shapes::step_momentum);
}

} // namespace haliclr::runtime
