// What a PTX instruction computes from its operands (PTX ISA 7.0, "Instruction Set"), for those
// instructions that touch nothing but registers of one thread.
#pragma once

#include <cstdint>
#include <string_view>

namespace haliclr::simulator {

// registers: 64 bits each, of which a narrower value takes the low ones. operands: indices of
// registers, results first.
using Compute = void (*)(uint64_t *registers, const uint32_t *operands);

// "fma.rn.f32" with 4 operands. A `mov` between a register and a vector of two has the names
// "mov.b64 pack" and "mov.b64 unpack". Null where the instruction is unknown.
Compute find_compute(std::string_view opcode);

// x to tf32, to nearest with ties away from zero, as cvt.rna.tf32.f32: the low 13 bits are 0.
uint32_t to_tf32(float x);
// x to bf16, to nearest even.
uint16_t to_bf16(float x);

} // namespace haliclr::simulator
