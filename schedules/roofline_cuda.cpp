// The roofline's kernels on CUDA devices. Not timed on a GPU yet.
#include "schedules/roofline_gpu.h"

namespace haliclr::schedules {

using namespace Halide;

void roofline_cuda(dsl::RooflineCopy &copy) {
    roofline_gpu::schedule(copy);
}

void roofline_cuda(dsl::RooflineChains &chains) {
    roofline_gpu::schedule(chains, 1);
}

// A thread is a lane; accumulators and factors lie in registers.
void roofline_cuda(dsl::RooflineProducts &products) {
    Var block{"block"};
    Func &product = products.product, &factors = products.factors;
    products.total.bound(products.lane, 0, dsl::roofline_lanes)
        .split(products.warp, block, products.warp, dsl::roofline_warps, TailStrategy::RoundUp)
        .gpu_blocks(block)
        .gpu_threads(products.lane, products.warp);
    product.compute_at(products.total, products.lane)
        .store_in(MemoryType::Register)
        .bound(products.c, 0, dsl::roofline_accumulators)
        .unroll(products.c);
    product.update()
        .reorder(products.c, products.step.x, products.step.y)
        .unroll(products.c)
        .unroll(products.step.x);
    factors.compute_at(products.total, products.lane)
        .store_in(MemoryType::Register)
        .bound(products.reg, 0, dsl::TensorCore::a_registers)
        .unroll(products.reg);
}

} // namespace haliclr::schedules
