// Steps of flat parameters, and whether the sums of |w|^2 that they carry still hold.
#include "runtime/ops/flat_update.h"

#include "runtime/binding/errors.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

namespace haliclr::runtime {

FlatUpdate::FlatUpdate(FlatParameters parameters, std::vector<bool> adapts)
    : flat(std::move(parameters)), adapt(std::move(adapts)), buffers(flat.buffers()) {
    require(adapt.size() == flat.params().size(), "flat_update", "adapt: ", adapt.size(),
            " entries, but ", flat.params().size(), " parameters: give one each");
    buffers.sums = at::zeros({buffers.params.size(0)}, buffers.params.options());
    for (size_t i = 0; i < adapt.size(); ++i) {
        layout.emplace_back(flat.params()[i].numel(), adapt[i]);
    }
}

void FlatUpdate::invalidate() {
    summed_versions.clear();
    flat.reset_masters();
}

bool FlatUpdate::carries() const {
    return !summed_versions.empty() && summed_versions == versions();
}

// Empty where one is an inference tensor, whose changes are not counted.
std::vector<uint64_t> FlatUpdate::versions() const {
    std::vector<uint64_t> list;
    for (const std::vector<at::Tensor> *views : {&flat.params(), &flat.masters()}) {
        for (const at::Tensor &view : *views) {
            if (view.is_inference()) {
                return {};
            }
            list.push_back(view._version());
        }
    }
    return list;
}

void FlatUpdate::step(const Update &update) {
    flat.gather_gradients();
    const UpdateNames names{
        [this](size_t i) { return "gradient of " + flat.names()[i]; },
        [this](size_t i) { return "parameter " + flat.names()[i]; },
        [this](size_t i) { return std::make_pair(flat.grads()[i], flat.masters()[i]); }};
    const at::NoGradGuard no_grad;
    summed_versions.clear();
    update_flat(update, buffers, layout, names);
    // Autograd must notice that tensors it may have saved change.
    for (const std::vector<at::Tensor> *views : {&flat.params(), &flat.momenta()}) {
        for (const at::Tensor &view : *views) {
            if (!view.is_inference()) {
                view.unsafeGetTensorImpl()->bump_version();
            }
        }
    }
}

void FlatUpdate::lars(const LarsOptions &options, const std::string &op) {
    Update update = lars_rule(op, options);
    if (lars_can_carry(options) && carries()) {
        update.rule = UpdateRule::lars_carried;
    }
    step(update);
    summed_versions = versions();
}

void FlatUpdate::momentum_sgd(const MomentumOptions &options, const std::string &op) {
    step(momentum_sgd_rule(op, options));
}

} // namespace haliclr::runtime
