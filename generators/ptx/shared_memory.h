// Gives the shared memory of Halide's functions a name, and so the place that the chip has for it.
#pragma once

#include <string>

#include "generators/ptx/call.h"

namespace haliclr::ptx {

// source with each access to shared memory relative to the array block_memory (PTX ISA, ".extern
// .shared": the memory that a launch asks for). Halide counts from address 0, where chips from
// sm_90 on keep bytes of their own before a block's. A text without such accesses stays as it is,
// byte for byte. Throws Error for an access in a form that Halide does not write.
std::string place_shared_memory(const Source &source);

} // namespace haliclr::ptx
