// The bytes that an optimizer's step moves at least: its bound, at the copy rate.
#pragma once

#include "trainer/optim/optimizer.h"

namespace haliclr::bench {

// Of one parameter, all fp32. Gradient, weight and momentum are read, the last two written (AdamW:
// two moments). The gradient is read once more, as nothing may be updated before all of it has been
// seen: for its norm, and to be found finite. LARS reads the weight with it where its norm is that
// of g + d w; elsewhere |w| comes from the step before.
double update_bytes(const trainer::OptimizerConfig &optimizer);

} // namespace haliclr::bench
