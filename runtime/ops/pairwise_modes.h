// Which mode a pairwise loss takes, and what it stores.
#pragma once

#include "runtime/ops/pairwise.h"

#include <c10/core/Device.h>
#include <c10/core/ScalarType.h>

namespace haliclr::runtime {

// mode, with `auto` replaced by store, store16, hybrid or recompute: by the tuned record
// `pairwise_mode` of the device's back end, as far as store_bytes allows. Depends on the shape, the
// device and the numbers of the loss alone. Throws std::invalid_argument where a mode that stores
// would exceed store_bytes.
//   shape  of z, [M, D]
PairwiseMode chosen_mode(at::IntArrayRef shape, const PairwiseLoss &loss, const PairwiseMode &mode,
                         at::Device device);

// The tensor PairwiseForward::tiles: float32, or int16 in steps of 1/32767. The kernels' blocks may
// leave some of it unused.
struct StoredTiles {
    int64_t elements = 0; // 0: nothing is stored
    at::ScalarType type = at::kFloat;

    int64_t bytes() const;
};

StoredTiles stored_tiles(at::IntArrayRef shape, const PairwiseLoss &loss, const PairwiseMode &mode,
                         at::Device device, bool wants_gradient);

// Whether int16 similarities leave the gradient within 1e-4 of its largest entry.
bool may_store16(const PairwiseLoss &loss);

} // namespace haliclr::runtime
