// The configured loss as the runtime takes it.
#pragma once

#include "runtime/ops/pairwise_modes.h"
#include "trainer/config.h"

namespace haliclr::trainer {

runtime::PairwiseLoss loss_of(const LossConfig &config);
runtime::PairwiseMode mode_of(const LossConfig &config);

// Bytes of the similarities that z of this shape, [views, width], keeps for its gradient. Throws a
// UsageError where loss.mode = store or store16 and they exceed loss.store_mib.
int64_t stored_bytes(const LossConfig &config, at::IntArrayRef shape, at::Device device);

// Throws a UsageError for keys that exclude each other, and as stored_bytes does.
void require_consistent(const LossConfig &config, int64_t views);

} // namespace haliclr::trainer
