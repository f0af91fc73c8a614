// One statement of a function's text as an instruction.
#pragma once

#include "tests/simulator/names.h"

#include <string>
#include <string_view>

namespace haliclr::simulator {

struct ReadInstruction {
    Instruction instruction;
    std::string label; // that a branch goes to
};

// carry: the register of the carry. Throws std::runtime_error for what is not known.
ReadInstruction read_instruction(std::string_view statement, Names &names, uint32_t carry);

} // namespace haliclr::simulator
