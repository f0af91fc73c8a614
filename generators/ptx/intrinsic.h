// The device intrinsics of dsl/tensor_core.h and the instructions that they stand for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "generators/ptx/call.h"

namespace haliclr::ptx {

// An intrinsic with several results is called once for each, as <name>_d0, <name>_d1 and so on, one
// call after the other. All operands and results are of 32 bits.
struct Intrinsic {
    std::string name;
    std::string instruction;
    std::vector<int> operands; // registers of each factor: a plain operand has one
    int results = 1;
    int accumulator = -1; // the factor that the results take the place of, or none

    int operand_count() const;
    // The first operand that the results take the place of; operand_count() if none.
    int accumulator_begin() const;
    std::string function(int result) const;
    // In one line, or in a block that first moves constants, which the instruction does not take.
    std::string text(const std::vector<Operand> &results,
                     const std::vector<Operand> &operands) const;
};

inline constexpr std::string_view intrinsic_prefix = "haliclr_";

// Which result of which intrinsic a function is.
struct IntrinsicResult {
    const Intrinsic *intrinsic = nullptr; // none: unknown
    int result = 0;
};
IntrinsicResult find_intrinsic(std::string_view function);

} // namespace haliclr::ptx
