// Instructions that a program ran and what it asked of memory, by function and line: what a kernel
// costs, where no GPU tells.
#pragma once

#include "tests/simulator/traffic.h"

#include <string>

namespace haliclr::simulator {

struct FunctionProfile {
    std::vector<int> lines;     // of instructions
    std::vector<int64_t> times; // that each ran
    Traffic traffic;            // of one block in eight
};

// Of a function, or null where nobody asks. For one thread.
FunctionProfile *profile_of(const Function &function);

// Where HALICLR_SIMULATOR_PROFILE names a file, the counts go there when the process ends: a
// function a line, the longest first, each with the runs of instructions that took most of it, and
// the instructions that ask more of memory than they need.
//
//     50.2%  334473216  _kernel_sampled_s2_v_block_id_z
//            51%  line 1721 to 1788, 34 instructions, 5017600 times each

} // namespace haliclr::simulator
