// Projection heads none, linear and nonlinear.
#include "trainer/model/projection_head.h"

#include "trainer/errors.h"

namespace haliclr::trainer {

namespace nn = torch::nn;

namespace {

nn::Linear linear(int64_t in, int64_t out) {
    return nn::Linear(nn::LinearOptions(in, out).bias(false));
}

} // namespace

int64_t projection_width(const HeadConfig &config, int64_t features) {
    return config.kind == "none" ? features : config.dim;
}

ProjectionHeadImpl::ProjectionHeadImpl(const HeadConfig &config, int64_t features) {
    if (config.kind == "linear") {
        layers->push_back(linear(features, config.dim));
    } else if (config.kind == "nonlinear") {
        const int64_t hidden = config.hidden > 0 ? config.hidden : features;
        layers->push_back(linear(features, hidden));
        layers->push_back(nn::BatchNorm1d(hidden));
        layers->push_back(nn::ReLU());
        layers->push_back(linear(hidden, config.dim));
    } else if (config.kind != "none") {
        throw UsageError("[head] unknown kind '" + config.kind +
                         "'; choose none, linear or nonlinear");
    }
    // The layers themselves are the children: their tensors are then "0.weight", not
    // "layers.0.weight".
    for (const auto &layer : layers->named_children()) {
        register_module(layer.key(), layer.value());
    }
}

at::Tensor ProjectionHeadImpl::forward(at::Tensor features) {
    return layers->is_empty() ? features : layers->forward(features);
}

} // namespace haliclr::trainer
