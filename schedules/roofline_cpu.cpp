// The roofline's kernels on CPUs; the bench measures a CPU by code for its widest instructions
// (bench/roofline.cpp), and these are there to compare results with.
#include "schedules/roofline.h"

namespace haliclr::schedules {

using namespace Halide;

void roofline_cpu(dsl::RooflineCopy &copy, int vector) {
    Var task{"task"};
    copy.target.split(copy.x, task, copy.x, dsl::roofline_run, TailStrategy::RoundUp)
        .parallel(task)
        .vectorize(copy.x, vector);
}

void roofline_cpu(dsl::RooflineChains &chains, int vector) {
    Var task{"task"};
    Func &chain = chains.chain;
    chains.total.split(chains.i, task, chains.i, dsl::roofline_run, TailStrategy::RoundUp)
        .parallel(task)
        .vectorize(chains.i, vector);
    chain.compute_at(chains.total, chains.i)
        .bound(chains.c, 0, dsl::roofline_chains)
        .vectorize(chains.i, vector)
        .unroll(chains.c);
    chain.update()
        .reorder(chains.i, chains.c, chains.step.x, chains.step.y)
        .vectorize(chains.i, vector)
        .unroll(chains.c);
}

} // namespace haliclr::schedules
