// Registers, spills and shared memory of each function, from what `ptxas -v` prints.
#pragma once

#include <string>
#include <vector>

namespace haliclr::device_code {

struct Resources {
    std::string function;
    int registers = 0;    // a thread
    int spill_bytes = 0;  // stores and loads together
    int stack_bytes = 0;  // a thread
    int shared_bytes = 0; // a block, static; Halide's kernels ask for theirs at the launch
};

std::vector<Resources> resources_in(const std::string &ptxas_output);

} // namespace haliclr::device_code
