// What the optimizers over LibTorch's operators ask of the gradients.
#pragma once

#include "trainer/optim/optimizer.h"

#include <string>
#include <vector>

namespace haliclr::trainer {

// Forgets the gradients, so that backward() sets them anew.
void drop_gradients(std::vector<Parameter> &parameters);

// Places in the list of those parameters with this `adapt` that have a gradient.
std::vector<size_t> with_gradient(const std::vector<Parameter> &parameters, bool adapt);

// Throws NonFiniteLoss "[subject] gradient of NAME is not finite: ..." for the first such
// parameter. One pass over the gradients and one wait for the device.
void require_finite_gradients(const std::string &subject, const std::vector<Parameter> &parameters);

} // namespace haliclr::trainer
