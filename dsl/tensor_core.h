// Device intrinsics of NVIDIA's tensor cores: a warp's product of small matrices, the rounding of
// its factors, and the fast power of two.
//
// A warp is 32 lanes. D = A B + C has A of 16 rows, B of 8 columns and, between them, 8 words of
// 32 bits: a tf32 each, so a depth of 8, or two bf16, the first in the low half, so a depth of 16.
// A lane holds four registers of A, two of B and four of C and D, its fragments; for both types
// (PTX ISA, "Matrix fragments for mma.m16n8k8" and "... mma.m16n8k16"):
//
//     A  register r: row lane/4 + 8 (r%2), word lane%4 + 4 (r/2)
//     B  register r: word lane%4 + 4 r, column lane/4
//     C  register r: row lane/4 + 8 (r/2), column 2 (lane%4) + r%2
//
// With Lanes::device an intrinsic is a call of a function haliclr_..., which generators/ptx/ turns
// into the instruction; such an Expr compiles for CUDA only. With Lanes::spelled_out it is an Expr
// over the fragments of all lanes that it needs, which runs anywhere.
#pragma once

#include <array>
#include <functional>
#include <vector>

#include "Halide.h"

namespace haliclr::dsl {

enum class TensorType { tf32, bf16 };
enum class Lanes { device, spelled_out };

struct TensorCore {
    using Expr = Halide::Expr;

    static constexpr int lanes = 32;
    static constexpr int rows = 16, columns = 8; // of D
    static constexpr int words = 8;              // between A and B
    static constexpr int a_registers = 4, b_registers = 2, d_registers = 4;

    // A place in A (row, word), B (word, column) or D.
    struct Place {
        Expr row, column;
    };
    static Place a_place(const Expr &lane, const Expr &reg);
    static Place b_place(const Expr &lane, const Expr &reg);
    static Place d_place(const Expr &lane, const Expr &reg);

    // The register that holds a place of D.
    struct Slot {
        Expr reg, lane;
    };
    static Slot d_slot(const Expr &row, const Expr &column);

    // What register `reg` of `lane` holds: uint32 words of A or B, float32 of C.
    using Fragment = std::function<Expr(const Expr &lane, int reg)>;

    TensorType type = TensorType::tf32;
    Lanes form = Lanes::spelled_out;

    int elements() const { return type == TensorType::tf32 ? 1 : 2; } // of a word

    // float32 values, as many as a word has elements, rounded to nearest: tf32 (10 bits of
    // mantissa) ties away from zero, bf16 (7 bits) ties to even.
    Expr word(const std::vector<Expr> &values) const;

    // The registers of D in `lane`. On a device every lane of the warp must get here, and C's
    // fragment is read in `lane` alone.
    std::array<Expr, d_registers> multiply_add(const Fragment &a, const Fragment &b,
                                               const Fragment &c, const Expr &lane) const;

    // exp(x) of float32 by the device's 2^x, within 2^-22 of it besides the rounding of x/ln 2;
    // where the result is subnormal, 0.
    Expr exp(const Expr &x) const;
};

} // namespace haliclr::dsl
