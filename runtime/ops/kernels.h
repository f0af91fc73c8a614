// The table of compiled kernels: every operator on every back end.
#pragma once

#include "runtime/binding/call.h"

#include "kernels/haliclr_draws_cpu.h"
#include "kernels/haliclr_draws_cuda.h"
#include "kernels/haliclr_draws_opencl.h"
#include "kernels/haliclr_lars_cpu.h"
#include "kernels/haliclr_lars_cuda.h"
#include "kernels/haliclr_lars_opencl.h"
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
inline const auto lars = kernel(haliclr_lars_cpu, haliclr_lars_cuda, haliclr_lars_opencl);

} // namespace haliclr::runtime::kernels
