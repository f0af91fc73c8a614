// Sizes and work of the roofline's kernels, which those who call them count with.
#pragma once

namespace haliclr::dsl {

constexpr int roofline_chains = 12; // of one element
constexpr int roofline_steps = 16;  // of each chain in one round
constexpr int roofline_run = 4096;  // elements of both kernels come in whole runs

// A multiply-add is two.
constexpr double roofline_flop(double elements, double rounds) {
    return 2.0 * roofline_chains * roofline_steps * elements * rounds;
}

} // namespace haliclr::dsl
