// mma.sync on the registers of a warp: D = A B + C, with A of 16 rows and B of 8 columns.
#pragma once

#include "tests/simulator/program.h"

#include <array>

namespace haliclr::simulator {

inline constexpr int warp_lanes = 32;

// registers: of each lane. Factors are read as the hardware reads them (the low 13 bits of a tf32
// are ignored); products are exact and added up in double, where the hardware's order and rounding
// are not documented, and rounded to fp32 once.
void multiply(const Instruction &product, const std::array<uint64_t *, warp_lanes> &registers);

} // namespace haliclr::simulator
