// The calls of the roofline's kernels.
#include "runtime/ops/roofline.h"

#include "dsl/roofline_limits.h"
#include "kernels/haliclr_roofline_chains_cpu.h"
#include "kernels/haliclr_roofline_chains_cuda.h"
#include "kernels/haliclr_roofline_chains_opencl.h"
#include "kernels/haliclr_roofline_copy_cpu.h"
#include "kernels/haliclr_roofline_copy_cuda.h"
#include "kernels/haliclr_roofline_copy_opencl.h"
#include "kernels/haliclr_roofline_products_bf16_cuda.h"
#include "kernels/haliclr_roofline_products_tf32_cuda.h"

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

RooflineWork RooflineWork::products(at::Device device, const std::string &type, int64_t warps,
                                    int rounds) {
    require(type == "tf32" || type == "bf16", "roofline", "type: '", type,
            "': tensor cores take tf32 or bf16");
    const Backend backend = choose_backend("roofline", device);
    require(backend == Backend::cuda, "roofline", "products on the back end ", name_of(backend),
            ": tensor cores are CUDA's");
    return {type == "tf32" ? Kind::tf32_products : Kind::bf16_products, device,
            at::zeros({warps, dsl::roofline_lanes}, at::TensorOptions(device)), rounds};
}

int RooflineWork::run() {
    switch (kind) {
    case Kind::copy:
        return copy_kernel.on(call.backend())(call.context(), from, to);
    case Kind::multiply_adds:
        return chains_kernel.on(call.backend())(call.context(), from, factor, addend, rounds, to);
    case Kind::tf32_products:
        return haliclr_roofline_products_tf32_cuda(call.context(), from, rounds, to);
    case Kind::bf16_products:
        break;
    }
    return haliclr_roofline_products_bf16_cuda(call.context(), from, rounds, to);
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
