// The kernels of a pairwise loss, and its numbers as they take them.
#pragma once

#include "runtime/ops/kernels.h"
#include "runtime/ops/pairwise.h"

namespace haliclr::runtime {

// Throws std::invalid_argument for a loss without kernels.
inline const kernels::PairwiseKernels &kernels_of(const PairwiseLoss &loss) {
    for (const kernels::PairwiseKernels &known : kernels::pairwise) {
        if (loss.kind == known.kind) {
            return known;
        }
    }
    refuse(loss.kind, "loss: no kernel"); // check_pairwise_arguments names the known ones
}

// The run-time numbers of a loss as every kernel takes them.
struct PairwiseNumbers {
    float inverse_temperature, margin;
    bool semi_hard;

    explicit PairwiseNumbers(const PairwiseLoss &loss)
        : inverse_temperature(static_cast<float>(1.0 / loss.temperature)),
          margin(static_cast<float>(loss.margin)), semi_hard(loss.semi_hard) {}
};

} // namespace haliclr::runtime
