// The bytes that an optimizer's step moves at least: its bound, at the memory rate.
#pragma once

#include "trainer/optim/optimizer.h"

namespace haliclr::bench {

// Of one parameter, all fp32, as dsl/update_work.h counts them. LARS reads the weight once more
// where its norm is that of g + d w; elsewhere |w| comes from the step before.
double update_bytes(const trainer::OptimizerConfig &optimizer);

} // namespace haliclr::bench
