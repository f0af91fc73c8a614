// Runs a launch of a function, block after block, and refuses what a GPU leaves undefined.
#pragma once

#include "tests/simulator/memory.h"
#include "tests/simulator/program.h"

#include <array>

namespace haliclr::simulator {

struct Shape {
    std::array<int, 3> blocks, threads;
    int shared_bytes; // of a block
};

// arguments: addresses of the values, in the order of the function's parameters. number: of the
// launch, another one each time.
//
// Threads of a warp run one after another up to the next barrier or matrix product. Throws
// std::runtime_error with one line, "pair_sums: block 0 1 0, thread 33 0 0, line 12,
// ld.global.b32: what", for an access outside an allocation or the block's shared memory, one that
// is not aligned, one that races with another thread's, a barrier or a product that some threads of
// the block, or of the warp, do not get to, and a thread that does not end.
void run_launch(const Function &function, const Shape &shape, void *const *arguments,
                DeviceMemory &memory, uint32_t number);

} // namespace haliclr::simulator
