// The table of compiled kernels: every operator on every back end.
#pragma once

#include "runtime/binding/call.h"

#include "kernels/haliclr_draws_cpu.h"
#include "kernels/haliclr_draws_cuda.h"
#include "kernels/haliclr_draws_opencl.h"
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
#include "kernels/haliclr_momentum_sgd_bfloat16_cpu.h"
#include "kernels/haliclr_momentum_sgd_bfloat16_cuda.h"
#include "kernels/haliclr_momentum_sgd_bfloat16_opencl.h"
#include "kernels/haliclr_momentum_sgd_cpu.h"
#include "kernels/haliclr_momentum_sgd_cuda.h"
#include "kernels/haliclr_momentum_sgd_float16_cpu.h"
#include "kernels/haliclr_momentum_sgd_float16_cuda.h"
#include "kernels/haliclr_momentum_sgd_float16_opencl.h"
#include "kernels/haliclr_momentum_sgd_opencl.h"
#include "kernels/haliclr_ntxent_backward_cpu.h"
#include "kernels/haliclr_ntxent_backward_cuda.h"
#include "kernels/haliclr_ntxent_backward_opencl.h"
#include "kernels/haliclr_ntxent_forward_cpu.h"
#include "kernels/haliclr_ntxent_forward_cuda.h"
#include "kernels/haliclr_ntxent_forward_opencl.h"
#include "kernels/haliclr_views_32_cpu.h"
#include "kernels/haliclr_views_32_cuda.h"
#include "kernels/haliclr_views_32_opencl.h"
#include "kernels/haliclr_views_cpu.h"
#include "kernels/haliclr_views_cuda.h"
#include "kernels/haliclr_views_opencl.h"

namespace haliclr::runtime::kernels {

template <typename Function>
constexpr Kernel<Function> kernel(Function *cpu, Function *cuda, Function *opencl) {
    return {cpu, cuda, opencl};
}

inline const auto draws = kernel(haliclr_draws_cpu, haliclr_draws_cuda, haliclr_draws_opencl);
inline const auto views = kernel(haliclr_views_cpu, haliclr_views_cuda, haliclr_views_opencl);
// Of views, for 32 x 32 pixels only.
inline const auto views_32 =
    kernel(haliclr_views_32_cpu, haliclr_views_32_cuda, haliclr_views_32_opencl);
inline const auto ntxent_forward =
    kernel(haliclr_ntxent_forward_cpu, haliclr_ntxent_forward_cuda, haliclr_ntxent_forward_opencl);
inline const auto ntxent_backward = kernel(
    haliclr_ntxent_backward_cpu, haliclr_ntxent_backward_cuda, haliclr_ntxent_backward_opencl);

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

} // namespace haliclr::runtime::kernels
