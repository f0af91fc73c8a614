// Turns the calls of device intrinsics in PTX text into the instructions that they stand for.
#pragma once

#include <string>

#include "generators/ptx/call.h"

namespace haliclr::ptx {

// source with each group of calls of one intrinsic replaced by its instruction, and without the
// declarations of intrinsics. A text without intrinsics stays as it is, byte for byte.
//
// The operands are those of a group's first call: Halide stores the results one after another, so
// that later calls name results where the first one names what they accumulate to. Throws Error for
// an unknown function haliclr_..., operands of a wrong number or type, and a group whose calls are
// not complete, not in order, not side by side or not of the same operands.
std::string expand(const Source &source);

} // namespace haliclr::ptx
