// PTX text as functions of instructions whose operands are indices of registers. Reads the part of
// the PTX ISA 7.0 that Halide's compiler and the build's pass write; anything else is refused with
// its line.
#pragma once

#include "tests/simulator/arithmetic.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace haliclr::simulator {

enum class Kind { compute, load, store, branch, barrier, product, trap, end };
enum class Space { parameter, constant, global, global_read_only, shared, local };
enum class Factor { tf32, bf16 }; // of a matrix product

struct Instruction {
    Kind kind = Kind::compute;
    int line = 0; // of the text, from 1
    std::string opcode;
    // Registers. compute, product: in the order of the text. load: results, then the address.
    // store: the address, then values.
    std::vector<uint32_t> operands;
    Compute compute = nullptr;
    int64_t offset = 0; // added to an address; index of a branch's target
    Space space = Space::global;
    int bytes = 0; // of an element that is loaded or stored
    Factor factor = Factor::tf32;
    int guard = -1; // register of a predicate; -1: always
    bool guard_negated = false;
};

struct Parameter {
    size_t offset, bytes;
};

// Registers that the hardware sets, by their place in `special`.
inline constexpr const char *special_names[] = {"%tid.x",   "%tid.y",   "%tid.z",
                                                "%ctaid.x", "%ctaid.y", "%ctaid.z"};
inline constexpr size_t special_count = std::size(special_names);

struct Function {
    std::string name;
    std::vector<Parameter> parameters;
    size_t parameter_bytes = 0;
    std::vector<Instruction> instructions;
    std::vector<uint64_t> registers; // as they are at the start: constants, and zeros
    uint32_t special[special_count]{};
    uint32_t carry = 0; // register that `.cc` sets: the last operand of its instructions
    std::vector<uint8_t> constants; // of the whole text
    size_t local_bytes = 0;         // of each thread
};

// Where the memory of a block, of a thread, and the constants begin in address spaces of their own;
// not at 0, as some chips keep a block's first bytes for themselves.
inline constexpr uint64_t shared_begin = 1024, local_begin = 2048, constant_begin = 4096;

using Program = std::map<std::string, Function, std::less<>>;

// Throws std::runtime_error("line 12: what: the statement").
Program parse(std::string_view text);

} // namespace haliclr::simulator
