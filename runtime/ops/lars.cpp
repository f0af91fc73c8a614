// The forms of LARS as scalars of its rule.
#include "runtime/ops/lars.h"

#include "runtime/binding/errors.h"
#include "runtime/ops/multi_tensor_check.h"

#include <algorithm>
#include <limits>

namespace haliclr::runtime {
namespace {

using dsl::LarsScalar;

constexpr double largest = std::numeric_limits<float>::max();
constexpr double larc_epsilon = 1e-8;

void check(const std::string &op, const LarsOptions &options) {
    const std::string &form = options.form, &denominator = options.denominator;
    require(form == "simclr" || form == "pytorch" || form == "larc", op, "form: '", form,
            "': use simclr (rate inside the momentum), pytorch (rate outside) or larc");
    require(denominator == "joint" || denominator == "separate", op, "denominator: '", denominator,
            "': use joint (|g + d w|) or separate (|g| + d |w|)");
    check_update_number(op, "lr", options.lr);
    check_update_number(op, "momentum", options.momentum);
    check_update_number(op, "weight_decay", options.weight_decay);
    check_update_number(op, "trust", options.trust);
}

bool separate(const LarsOptions &options) {
    return options.denominator == "separate" || options.form == "larc";
}

// larc's clip compares the ratio with the rate itself; the bound keeps the kernel's product finite.
double trust_of(const LarsOptions &options) {
    if (options.form != "larc" || !options.clip) {
        return options.trust;
    }
    constexpr double bound = 1e18;
    return options.lr > 0 ? std::min(options.trust / options.lr, bound) : bound;
}

} // namespace

bool lars_can_carry(const LarsOptions &options) {
    return separate(options) || options.weight_decay == 0;
}

Update lars_rule(const std::string &op, const LarsOptions &options) {
    check(op, options);
    Update update{op, UpdateRule::lars, {}};
    auto set = [&](LarsScalar name, double value) {
        update.scalars.at(static_cast<size_t>(name)) = static_cast<float>(value);
    };
    const bool inside = options.form == "simclr", larc = options.form == "larc";
    set(LarsScalar::trust, trust_of(options));
    set(LarsScalar::weight_decay, options.weight_decay);
    set(LarsScalar::momentum, options.momentum);
    set(LarsScalar::gain, inside ? options.lr : 1);
    set(LarsScalar::rate, inside ? 1 : options.lr);
    set(LarsScalar::norm_decay, separate(options) ? 0 : options.weight_decay);
    set(LarsScalar::zero_decay, larc ? 0 : options.weight_decay);
    set(LarsScalar::epsilon, larc ? larc_epsilon : 0);
    set(LarsScalar::cap, options.clip ? 1 : largest);
    set(LarsScalar::velocity_share, options.nesterov ? options.momentum : 1);
    set(LarsScalar::push_share, options.nesterov ? 1 : 0);
    return update;
}

void lars_update(const UpdateLists &lists, const LarsOptions &options) {
    update_lists(lars_rule("lars_update", options), lists);
}

void lars_step(at::TensorList params, at::TensorList grads, at::TensorList momenta,
               const std::vector<bool> &adapt, double lr, double momentum, double weight_decay,
               double trust, const std::string &form) {
    LarsOptions options{lr, momentum, weight_decay, trust};
    options.form = form;
    update_lists(lars_rule("lars_step", options), {params, grads, momenta, {}, adapt});
}

} // namespace haliclr::runtime
