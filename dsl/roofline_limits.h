// Sizes and work of the roofline's kernels, which those who call them count with.
#pragma once

#include <string_view>

namespace haliclr::dsl {

constexpr int roofline_chains = 12; // of one element
constexpr int roofline_steps = 16;  // of each chain in one round
constexpr int roofline_run = 4096;  // elements of both kernels come in whole runs

// Of the products on tensor cores: a warp's lanes, its accumulators, and the warps of a block, of
// which there are whole ones.
constexpr int roofline_lanes = 32;
constexpr int roofline_accumulators = 8;
constexpr int roofline_warps = 4;

// A multiply-add is two.
constexpr double roofline_flop(double elements, double rounds) {
    return 2.0 * roofline_chains * roofline_steps * elements * rounds;
}

// Of a word of a product's factors, whose type is tf32 or bf16.
constexpr int roofline_word_elements(std::string_view type) {
    return type == "tf32" ? 1 : 2;
}

// A product of fragments: 16 x 8 results of 8 words, each of 1 (tf32) or 2 (bf16) elements.
constexpr double roofline_products_flop(double warps, double rounds, int word_elements) {
    return 2.0 * 16 * 8 * 8 * word_elements * roofline_accumulators * roofline_steps * warps *
           rounds;
}

// Every element of the products' output, from a start of zeros.
constexpr double roofline_products_total(double rounds, int word_elements) {
    constexpr int accumulators = roofline_accumulators;
    return 40.0 * word_elements * accumulators * roofline_steps * rounds +
           2.0 * accumulators * (accumulators - 1);
}

} // namespace haliclr::dsl
