// Arithmetic that nothing but the fp32 units bounds: what a peak is measured by.
#pragma once

#include <cstdint>

namespace haliclr {

// Chains of fp32 multiply-adds that never leave the registers, in this CPU's widest vectors. The
// result depends on all of them: keep it, or they are optimized away.
float run_multiply_adds(int64_t rounds);

// What that many rounds compute; a multiply-add is two flop.
double flop_of_multiply_adds(int64_t rounds);

} // namespace haliclr
