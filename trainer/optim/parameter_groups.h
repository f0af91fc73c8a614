// Which parameters are decayed and rate-adapted.
#pragma once

#include "trainer/optim/optimizer.h"

#include <string>
#include <vector>

namespace torch::nn {
class Module;
}

namespace haliclr::trainer {

// The module's parameters in registration order, named prefix + "." + their own name. Biases and
// the scales and shifts of normalisation, the parameters with one dimension, are not adapted (You
// et al. 2017; SimCLR, appendix B).
std::vector<Parameter> named_parameters(const std::string &prefix, const torch::nn::Module &module);

// The comma-separated terms of optimizer.skip, without the blanks around them. Throws a UsageError
// where one is empty, or where "none" is not alone.
std::vector<std::string> skip_terms(const std::string &skip);

// Sets `adapt` of each parameter to whether no term of optimizer.skip names it: "default" names
// biases and normalisation, "none" nothing, any other term the parameters whose whole name it
// matches as a shell pattern (* and ? and [...]). Throws a UsageError for a pattern that matches
// none.
void apply_skip(const std::string &skip, std::vector<Parameter> &parameters);

} // namespace haliclr::trainer
