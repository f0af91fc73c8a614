// The calls of the roofline's kernels.
#include "runtime/ops/roofline.h"

#include "kernels/haliclr_roofline_chains_cpu.h"
#include "kernels/haliclr_roofline_chains_cuda.h"
#include "kernels/haliclr_roofline_chains_opencl.h"
#include "kernels/haliclr_roofline_copy_cpu.h"
#include "kernels/haliclr_roofline_copy_cuda.h"
#include "kernels/haliclr_roofline_copy_opencl.h"

#include <ATen/ATen.h>

namespace haliclr::runtime {

namespace {

constexpr Kernel<decltype(haliclr_roofline_copy_cpu)> copy_kernel = {
    haliclr_roofline_copy_cpu, haliclr_roofline_copy_cuda, haliclr_roofline_copy_opencl};
constexpr Kernel<decltype(haliclr_roofline_chains_cpu)> chains_kernel = {
    haliclr_roofline_chains_cpu, haliclr_roofline_chains_cuda, haliclr_roofline_chains_opencl};

} // namespace

RooflineWork::RooflineWork(Kind kind, at::Device device, const at::Tensor &source, int rounds,
                           float factor, float addend)
    : kind(kind), rounds(rounds), factor(factor), addend(addend), target(at::empty_like(source)),
      call("roofline", device), from(call.read("source", source)),
      to(call.write("target", target)) {}

RooflineWork RooflineWork::copy(at::Device device, int64_t elements) {
    return {Kind::copy, device, at::ones({elements}, at::TensorOptions(device))};
}

RooflineWork RooflineWork::multiply_adds(at::Device device, int64_t elements, int rounds,
                                         float factor, float addend) {
    return {Kind::multiply_adds,
            device,
            at::zeros({elements}, at::TensorOptions(device)),
            rounds,
            factor,
            addend};
}

int RooflineWork::run() {
    if (kind == Kind::copy) {
        return copy_kernel.on(call.backend())(call.context(), from, to);
    }
    return chains_kernel.on(call.backend())(call.context(), from, factor, addend, rounds, to);
}

void RooflineWork::launch() {
    if (const int status = run(); status != 0) {
        call.finish(status);
    }
}

void RooflineWork::wait() {
    if (call.backend() == Backend::opencl) {
        if (const int status = halide_device_sync(nullptr, to); status != 0) {
            call.finish(status);
        }
    }
}

const at::Tensor &RooflineWork::finish() {
    call.finish(0);
    return target;
}

} // namespace haliclr::runtime
