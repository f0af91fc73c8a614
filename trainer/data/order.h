// The order in which an epoch visits the images.
#pragma once

#include <cstdint>
#include <vector>

namespace haliclr::trainer {

// A uniformly random permutation of 0 .. count - 1: a pure function of its arguments, the same on
// every machine, so that a resumed run continues in the order of the interrupted one.
std::vector<int64_t> epoch_order(uint64_t seed, uint64_t epoch, int64_t count);

} // namespace haliclr::trainer
