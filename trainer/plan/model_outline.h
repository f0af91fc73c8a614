// A model's names, shapes and counts, without the cost of its weights.
#pragma once

#include "trainer/config.h"
#include "trainer/model/activations.h"

#include <vector>

namespace haliclr::trainer {

struct ModelOutline {
    int64_t encoder_parameters, head_parameters;
    int64_t tensors, decayed_tensors; // of both; decayed: not named by optimizer.skip
    int64_t features;                 // width of h
    Activations activations;          // of the encoder, a view
};

// Throws a UsageError where optimizer.skip names no parameter of this model.
ModelOutline outline(const Config &config);

} // namespace haliclr::trainer
