// The table of compiled kernels: every operator on every back end.
#pragma once

#include "runtime/binding/call.h"

#include "kernels/haliclr_lars_bfloat16_cpu.h"
#include "kernels/haliclr_lars_bfloat16_cuda.h"
#include "kernels/haliclr_lars_bfloat16_opencl.h"
#include "kernels/haliclr_lars_carried_bfloat16_cpu.h"
#include "kernels/haliclr_lars_carried_bfloat16_cuda.h"
#include "kernels/haliclr_lars_carried_bfloat16_opencl.h"
#include "kernels/haliclr_lars_carried_cpu.h"
#include "kernels/haliclr_lars_carried_cuda.h"
#include "kernels/haliclr_lars_carried_float16_cpu.h"
#include "kernels/haliclr_lars_carried_float16_cuda.h"
#include "kernels/haliclr_lars_carried_float16_opencl.h"
#include "kernels/haliclr_lars_carried_opencl.h"
#include "kernels/haliclr_lars_cpu.h"
#include "kernels/haliclr_lars_cuda.h"
#include "kernels/haliclr_lars_float16_cpu.h"
#include "kernels/haliclr_lars_float16_cuda.h"
#include "kernels/haliclr_lars_float16_opencl.h"
#include "kernels/haliclr_lars_opencl.h"
#include "kernels/haliclr_margin_triplet_backward_cpu.h"
#include "kernels/haliclr_margin_triplet_backward_cuda.h"
#include "kernels/haliclr_margin_triplet_backward_opencl.h"
#include "kernels/haliclr_margin_triplet_backward_tiles_cpu.h"
#include "kernels/haliclr_margin_triplet_backward_tiles_cuda.h"
#include "kernels/haliclr_margin_triplet_backward_tiles_opencl.h"
#include "kernels/haliclr_margin_triplet_forward_cpu.h"
#include "kernels/haliclr_margin_triplet_forward_cuda.h"
#include "kernels/haliclr_margin_triplet_forward_opencl.h"
#include "kernels/haliclr_margin_triplet_forward_tiles_cpu.h"
#include "kernels/haliclr_margin_triplet_forward_tiles_cuda.h"
#include "kernels/haliclr_margin_triplet_forward_tiles_opencl.h"
#include "kernels/haliclr_margin_triplet_stripe_rows_cpu.h"
#include "kernels/haliclr_margin_triplet_stripe_rows_cuda.h"
#include "kernels/haliclr_margin_triplet_stripe_rows_opencl.h"
#include "kernels/haliclr_margin_triplet_stripe_sums_cpu.h"
#include "kernels/haliclr_margin_triplet_stripe_sums_cuda.h"
#include "kernels/haliclr_margin_triplet_stripe_sums_opencl.h"
#include "kernels/haliclr_margin_triplet_stripe_weights_cpu.h"
#include "kernels/haliclr_margin_triplet_stripe_weights_cuda.h"
#include "kernels/haliclr_margin_triplet_stripe_weights_opencl.h"
#include "kernels/haliclr_momentum_sgd_bfloat16_cpu.h"
#include "kernels/haliclr_momentum_sgd_bfloat16_cuda.h"
#include "kernels/haliclr_momentum_sgd_bfloat16_opencl.h"
#include "kernels/haliclr_momentum_sgd_cpu.h"
#include "kernels/haliclr_momentum_sgd_cuda.h"
#include "kernels/haliclr_momentum_sgd_float16_cpu.h"
#include "kernels/haliclr_momentum_sgd_float16_cuda.h"
#include "kernels/haliclr_momentum_sgd_float16_opencl.h"
#include "kernels/haliclr_momentum_sgd_opencl.h"
#include "kernels/haliclr_nt_logistic_backward_cpu.h"
#include "kernels/haliclr_nt_logistic_backward_cuda.h"
#include "kernels/haliclr_nt_logistic_backward_opencl.h"
#include "kernels/haliclr_nt_logistic_backward_tiles_cpu.h"
#include "kernels/haliclr_nt_logistic_backward_tiles_cuda.h"
#include "kernels/haliclr_nt_logistic_backward_tiles_opencl.h"
#include "kernels/haliclr_nt_logistic_forward_cpu.h"
#include "kernels/haliclr_nt_logistic_forward_cuda.h"
#include "kernels/haliclr_nt_logistic_forward_opencl.h"
#include "kernels/haliclr_nt_logistic_forward_tiles_cpu.h"
#include "kernels/haliclr_nt_logistic_forward_tiles_cuda.h"
#include "kernels/haliclr_nt_logistic_forward_tiles_opencl.h"
#include "kernels/haliclr_nt_logistic_stripe_rows_cpu.h"
#include "kernels/haliclr_nt_logistic_stripe_rows_cuda.h"
#include "kernels/haliclr_nt_logistic_stripe_rows_opencl.h"
#include "kernels/haliclr_nt_logistic_stripe_sums_cpu.h"
#include "kernels/haliclr_nt_logistic_stripe_sums_cuda.h"
#include "kernels/haliclr_nt_logistic_stripe_sums_opencl.h"
#include "kernels/haliclr_nt_logistic_stripe_weights_cpu.h"
#include "kernels/haliclr_nt_logistic_stripe_weights_cuda.h"
#include "kernels/haliclr_nt_logistic_stripe_weights_opencl.h"
#include "kernels/haliclr_ntxent_backward_cpu.h"
#include "kernels/haliclr_ntxent_backward_cuda.h"
#include "kernels/haliclr_ntxent_backward_opencl.h"
#include "kernels/haliclr_ntxent_backward_tensor_bf16_cuda.h"
#include "kernels/haliclr_ntxent_backward_tensor_tf32_cuda.h"
#include "kernels/haliclr_ntxent_backward_tiles_cpu.h"
#include "kernels/haliclr_ntxent_backward_tiles_cuda.h"
#include "kernels/haliclr_ntxent_backward_tiles_fixed_cpu.h"
#include "kernels/haliclr_ntxent_backward_tiles_fixed_cuda.h"
#include "kernels/haliclr_ntxent_backward_tiles_fixed_opencl.h"
#include "kernels/haliclr_ntxent_backward_tiles_opencl.h"
#include "kernels/haliclr_ntxent_forward_cpu.h"
#include "kernels/haliclr_ntxent_forward_cuda.h"
#include "kernels/haliclr_ntxent_forward_opencl.h"
#include "kernels/haliclr_ntxent_forward_tensor_bf16_cuda.h"
#include "kernels/haliclr_ntxent_forward_tensor_tf32_cuda.h"
#include "kernels/haliclr_ntxent_forward_tiles_cpu.h"
#include "kernels/haliclr_ntxent_forward_tiles_cuda.h"
#include "kernels/haliclr_ntxent_forward_tiles_fixed_cpu.h"
#include "kernels/haliclr_ntxent_forward_tiles_fixed_cuda.h"
#include "kernels/haliclr_ntxent_forward_tiles_fixed_opencl.h"
#include "kernels/haliclr_ntxent_forward_tiles_opencl.h"
#include "kernels/haliclr_ntxent_stripe_rows_cpu.h"
#include "kernels/haliclr_ntxent_stripe_rows_cuda.h"
#include "kernels/haliclr_ntxent_stripe_rows_opencl.h"
#include "kernels/haliclr_ntxent_stripe_sums_cpu.h"
#include "kernels/haliclr_ntxent_stripe_sums_cuda.h"
#include "kernels/haliclr_ntxent_stripe_sums_opencl.h"
#include "kernels/haliclr_ntxent_stripe_weights_cpu.h"
#include "kernels/haliclr_ntxent_stripe_weights_cuda.h"
#include "kernels/haliclr_ntxent_stripe_weights_opencl.h"
#include "kernels/haliclr_pairwise_tiles_cpu.h"
#include "kernels/haliclr_pairwise_tiles_cuda.h"
#include "kernels/haliclr_pairwise_tiles_fixed_cpu.h"
#include "kernels/haliclr_pairwise_tiles_fixed_cuda.h"
#include "kernels/haliclr_pairwise_tiles_fixed_opencl.h"
#include "kernels/haliclr_pairwise_tiles_opencl.h"
#include "kernels/haliclr_stripe_gradient_cpu.h"
#include "kernels/haliclr_stripe_gradient_cuda.h"
#include "kernels/haliclr_stripe_gradient_opencl.h"
#include "kernels/haliclr_unit_rows_cpu.h"
#include "kernels/haliclr_unit_rows_cuda.h"
#include "kernels/haliclr_unit_rows_opencl.h"

namespace haliclr::runtime::kernels {

template <typename Function>
constexpr Kernel<Function> kernel(Function *cpu, Function *cuda, Function *opencl) {
    return {cpu, cuda, opencl};
}

inline const auto unit_rows =
    kernel(haliclr_unit_rows_cpu, haliclr_unit_rows_cuda, haliclr_unit_rows_opencl);

// Multi-tensor updates, in the order of UpdateRule; those of low-precision gradients write copies.
using Update = decltype(haliclr_lars_cpu);
using UpdateWithCopies = decltype(haliclr_lars_bfloat16_cpu);
inline constexpr Kernel<Update> updates[] = {
    {haliclr_lars_cpu, haliclr_lars_cuda, haliclr_lars_opencl},
    {haliclr_lars_carried_cpu, haliclr_lars_carried_cuda, haliclr_lars_carried_opencl},
    {haliclr_momentum_sgd_cpu, haliclr_momentum_sgd_cuda, haliclr_momentum_sgd_opencl},
};
inline constexpr Kernel<UpdateWithCopies> updates_bfloat16[] = {
    {haliclr_lars_bfloat16_cpu, haliclr_lars_bfloat16_cuda, haliclr_lars_bfloat16_opencl},
    {haliclr_lars_carried_bfloat16_cpu, haliclr_lars_carried_bfloat16_cuda,
     haliclr_lars_carried_bfloat16_opencl},
    {haliclr_momentum_sgd_bfloat16_cpu, haliclr_momentum_sgd_bfloat16_cuda,
     haliclr_momentum_sgd_bfloat16_opencl},
};
inline constexpr Kernel<UpdateWithCopies> updates_float16[] = {
    {haliclr_lars_float16_cpu, haliclr_lars_float16_cuda, haliclr_lars_float16_opencl},
    {haliclr_lars_carried_float16_cpu, haliclr_lars_carried_float16_cuda,
     haliclr_lars_carried_float16_opencl},
    {haliclr_momentum_sgd_float16_cpu, haliclr_momentum_sgd_float16_cuda,
     haliclr_momentum_sgd_float16_opencl},
};

inline const auto pairwise_tiles =
    kernel(haliclr_pairwise_tiles_cpu, haliclr_pairwise_tiles_cuda, haliclr_pairwise_tiles_opencl);

// Stored similarities as int16, and NT-Xent's passes that read them.
inline const auto pairwise_tiles_fixed =
    kernel(haliclr_pairwise_tiles_fixed_cpu, haliclr_pairwise_tiles_fixed_cuda,
           haliclr_pairwise_tiles_fixed_opencl);
inline const auto ntxent_forward_tiles_fixed =
    kernel(haliclr_ntxent_forward_tiles_fixed_cpu, haliclr_ntxent_forward_tiles_fixed_cuda,
           haliclr_ntxent_forward_tiles_fixed_opencl);
inline const auto ntxent_backward_tiles_fixed =
    kernel(haliclr_ntxent_backward_tiles_fixed_cpu, haliclr_ntxent_backward_tiles_fixed_cuda,
           haliclr_ntxent_backward_tiles_fixed_opencl);

inline const auto stripe_gradient = kernel(
    haliclr_stripe_gradient_cpu, haliclr_stripe_gradient_cuda, haliclr_stripe_gradient_opencl);

// The passes of one pairwise loss, then its steps over stripes; those `..._tiles` read stored
// similarities.
struct PairwiseKernels {
    const char *kind;
    Kernel<decltype(haliclr_ntxent_forward_cpu)> forward;
    Kernel<decltype(haliclr_ntxent_forward_tiles_cpu)> forward_tiles;
    Kernel<decltype(haliclr_ntxent_backward_cpu)> backward;
    Kernel<decltype(haliclr_ntxent_backward_tiles_cpu)> backward_tiles;
    int terms; // the loss's term_count()
    Kernel<decltype(haliclr_ntxent_stripe_sums_cpu)> stripe_sums;
    Kernel<decltype(haliclr_ntxent_stripe_rows_cpu)> stripe_rows;
    Kernel<decltype(haliclr_ntxent_stripe_weights_cpu)> stripe_weights;
};

// NT-Xent's passes on tensor cores: of CUDA alone, by the type of their factors.
struct TensorCoreKernels {
    const char *precision;
    decltype(&haliclr_ntxent_forward_cuda) forward;
    decltype(&haliclr_ntxent_backward_cuda) backward;
};
inline constexpr TensorCoreKernels ntxent_tensor[] = {
    {"tf32", haliclr_ntxent_forward_tensor_tf32_cuda, haliclr_ntxent_backward_tensor_tf32_cuda},
    {"bf16", haliclr_ntxent_forward_tensor_bf16_cuda, haliclr_ntxent_backward_tensor_bf16_cuda},
};

#define HALICLR_KERNEL(name)                                                                       \
    kernel(haliclr_##name##_cpu, haliclr_##name##_cuda, haliclr_##name##_opencl)
#define HALICLR_PAIRWISE(loss, terms)                                                              \
    PairwiseKernels {                                                                              \
#loss, HALICLR_KERNEL(loss##_forward), HALICLR_KERNEL(loss##_forward_tiles),               \
            HALICLR_KERNEL(loss##_backward), HALICLR_KERNEL(loss##_backward_tiles), terms,         \
            HALICLR_KERNEL(loss##_stripe_sums), HALICLR_KERNEL(loss##_stripe_rows),                \
            HALICLR_KERNEL(loss##_stripe_weights)                                                  \
    }
inline const PairwiseKernels pairwise[] = {
    HALICLR_PAIRWISE(ntxent, 2),
    HALICLR_PAIRWISE(nt_logistic, 2),
    HALICLR_PAIRWISE(margin_triplet, 2),
};
#undef HALICLR_PAIRWISE
#undef HALICLR_KERNEL

} // namespace haliclr::runtime::kernels
