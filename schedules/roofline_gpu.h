// The schedules of the roofline's kernels that the GPU back ends share; only their files include
// this one.
#pragma once

#include "schedules/roofline.h"

namespace haliclr::schedules::roofline_gpu {

using namespace Halide;

constexpr int threads = 128;

// A thread copies 16 bytes: the widest access there is.
inline void schedule(dsl::RooflineCopy &copy) {
    Var four{"four"}, block{"block"}, thread{"thread"};
    copy.target.split(copy.x, copy.x, four, 4, TailStrategy::RoundUp)
        .vectorize(four)
        .gpu_tile(copy.x, block, thread, threads, TailStrategy::RoundUp);
}

// A thread runs all chains of `vector` elements, in registers.
inline void schedule(dsl::RooflineChains &chains, int vector) {
    Var lane{"lane"}, block{"block"}, thread{"thread"};
    Func &chain = chains.chain;
    chains.total.split(chains.i, chains.i, lane, vector, TailStrategy::RoundUp)
        .vectorize(lane)
        .gpu_tile(chains.i, block, thread, threads, TailStrategy::RoundUp);
    chain.compute_at(chains.total, thread)
        .store_in(MemoryType::Register)
        .bound(chains.c, 0, dsl::roofline_chains)
        .vectorize(chains.i, vector)
        .unroll(chains.c);
    chain.update()
        .reorder(chains.i, chains.c, chains.step.x, chains.step.y)
        .vectorize(chains.i, vector)
        .unroll(chains.c)
        .unroll(chains.step.x);
}

} // namespace haliclr::schedules::roofline_gpu
