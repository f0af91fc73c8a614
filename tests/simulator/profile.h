// Instructions that a program ran, by function and line: what a kernel costs, where no GPU tells.
#pragma once

#include "tests/simulator/program.h"

#include <string>

namespace haliclr::simulator {

// The count of each instruction of a function, or null where nobody asks. To be added to by one
// thread.
int64_t *counts_of(const Function &function);

// Where HALICLR_SIMULATOR_PROFILE names a file, the counts go there when the process ends: a
// function a line, the longest first, each with the runs of instructions that took most of it.
//
//     50.2%  334473216  _kernel_sampled_s2_v_block_id_z
//            51%  line 1721 to 1788, 34 instructions, 5017600 times each

} // namespace haliclr::simulator
