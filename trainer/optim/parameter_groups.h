// Which parameters are decayed and rate-adapted.
#pragma once

#include "trainer/optim/optimizer.h"

#include <string>
#include <vector>

namespace haliclr::trainer {

// The module's parameters in registration order, named prefix + "." + their own name. Biases and
// the scales and shifts of normalisation, the parameters with one dimension, are not adapted (You
// et al. 2017; SimCLR, appendix B).
std::vector<Parameter> named_parameters(const std::string &prefix, const torch::nn::Module &module);

} // namespace haliclr::trainer
