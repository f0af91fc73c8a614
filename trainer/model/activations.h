// What the encoder keeps for the backward pass, from its layers' sizes.
#pragma once

#include "trainer/model/model_config.h"

namespace haliclr::trainer {

class Encoder;

struct Activations {
    int64_t elements; // of the precision that the encoder computes in
    int64_t indices;  // int64, of the max-pool's winners
};

// Of one view of size x size pixels: the input of each convolution and of each normalisation, once
// where two layers share it. The view itself is not counted.
Activations kept_activations(const ModelConfig &config, const Encoder &encoder, int64_t size);

} // namespace haliclr::trainer
