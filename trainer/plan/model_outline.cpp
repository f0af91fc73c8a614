// Builds the model without filling its weights: their memory is reserved, never touched.
#include "trainer/plan/model_outline.h"

#include "trainer/model/encoder.h"
#include "trainer/model/projection_head.h"
#include "trainer/optim/parameter_groups.h"

#include <c10/core/impl/LocalDispatchKeySet.h>

#include <algorithm>

namespace haliclr::trainer {

namespace {

// While it lives, LibTorch's fills and random draws are those of the meta device, which do nothing.
class WithoutValues {
    const c10::impl::LocalDispatchKeySet before = c10::impl::tls_local_dispatch_key_set();
    const c10::impl::ForceDispatchKeyGuard guard{
        before.included_ | c10::DispatchKeySet(c10::DispatchKey::Meta), before.excluded_};
};

int64_t count(const torch::nn::Module &module) {
    int64_t elements = 0;
    for (const at::Tensor &parameter : module.parameters()) {
        elements += parameter.numel();
    }
    return elements;
}

} // namespace

ModelOutline outline(const Config &config) {
    const WithoutValues guard;
    Encoder encoder = make_encoder(config.model);
    ProjectionHead head(config.head, encoder->features());
    std::vector<Parameter> parameters = named_parameters("encoder", *encoder);
    for (Parameter &parameter : named_parameters("projector", *head)) {
        parameters.push_back(std::move(parameter));
    }
    apply_skip(config.optimizer.skip, parameters);
    const auto decayed = std::count_if(parameters.begin(), parameters.end(),
                                       [](const Parameter &parameter) { return parameter.adapt; });
    return {count(*encoder),
            count(*head),
            static_cast<int64_t>(parameters.size()),
            decayed,
            encoder->features(),
            kept_activations(config.model, encoder, config.view.size)};
}

} // namespace haliclr::trainer
