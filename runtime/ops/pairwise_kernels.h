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

// The kernels of mode tensor. Throws std::invalid_argument on another back end than CUDA.
inline const kernels::TensorCoreKernels &
tensor_kernels_of(const PairwiseLoss &loss, const PairwiseMode &mode, Backend backend) {
    require(backend == Backend::cuda, loss.kind, "mode: tensor on the back end ", name_of(backend),
            ": tensor cores are CUDA's: move z there, or use mode recompute");
    return kernels::ntxent_tensor[mode.precision == "tf32" ? 0 : 1];
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
