// Pairwise losses without autograd: the forward pass with what its gradient needs, and the
// gradient. dsl/pairwise_loss.h says what a pairwise loss is; docs/ntxent.md has the formulas.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>

namespace haliclr::runtime {

struct PairwiseLoss {
    std::string kind = "ntxent"; // ntxent | nt_logistic | margin_triplet
    double temperature = 0.5;    // of ntxent and nt_logistic
    double margin = 0.4;         // of margin_triplet, and of semi-hard negatives
    bool semi_hard = false;      // of nt_logistic and margin_triplet
};

// Where the backward pass gets the similarities from.
//   recompute  computes them again: memory linear in the rows
//   store      keeps half of the M x M similarities from the forward pass
//   store16    keeps them in 16 bits, off by up to 1.5e-5: of ntxent, temperature at least 0.1
//   hybrid     stripes of them by LibTorch's matrix product, at most hybrid_stripe_bytes at a time
//              (or 32 rows), multiplied in `precision`: fp32, tf32 (CUDA, where LibTorch's own
//              switch allows it too) or bf16 (CUDA); the sums are float32
//   tensor     as recompute, on tensor cores with factors rounded to `precision`, tf32 or bf16: of
//              ntxent on CUDA; a similarity is off by up to 2^-10 or 2^-7 (docs/tensor-cores.md)
//   auto       whichever was measured fastest for the device and M (pairwise_modes.h)
struct PairwiseMode {
    std::string name = "auto";
    // The most that stored similarities may take. Measured on a CPU with 32 MiB of third-level
    // cache: larger ones are mapped anew each step, which costs more than computing them again.
    int64_t store_bytes = 24 << 20;
    std::string precision = "fp32";
    int64_t hybrid_stripe_bytes = 0; // 0: what the device's caches hold, see stripe_rows
};

// What the forward pass leaves; tensors that a mode has no use for have no elements.
struct PairwiseForward {
    at::Tensor statistics;    // float32 [3]: loss, accuracy, the loss's detail
    at::Tensor unit;          // float32 [M, D filled up]: rows divided by their norms
    at::Tensor inverse_norms; // float32 [M]
    at::Tensor row_state;     // float32 [3, M]: see dsl::PairwiseForward
    at::Tensor tiles;         // 1-D, as stored_tiles says: similarities in the kernels' layout
};

// Throws std::invalid_argument unless z is [M, D], M even and at least 2, D at least 1, of float32,
// float16 or bfloat16, and the loss and the mode are known and their numbers in range.
void check_pairwise_arguments(const at::Tensor &z, const PairwiseLoss &loss,
                              const PairwiseMode &mode);

// Throws std::invalid_argument naming the first row of z that is not finite, if the loss is not
// finite because of one. Waits for the device.
void check_rows_are_finite(const at::Tensor &z, const at::Tensor &statistics,
                           const PairwiseLoss &loss);

// Whether the loss is computed in double by LibTorch, since fp32 exponentials would underflow.
bool is_exact_path(const PairwiseLoss &loss);

// z: float32 [M, D], rows i and i + M/2 a positive pair, the last dimension dense.
PairwiseForward pairwise_forward(const at::Tensor &z, const PairwiseLoss &loss,
                                 const PairwiseMode &mode, bool wants_gradient);

// d(gradient * loss)/dz, float32 [M, columns]; gradient: one element.
at::Tensor pairwise_backward(const PairwiseForward &saved, const at::Tensor &gradient,
                             const PairwiseLoss &loss, const PairwiseMode &mode, int64_t columns);

} // namespace haliclr::runtime
