// The fragments and intrinsics of dsl/tensor_core.h.
#include "dsl/tensor_core.h"

#include <numbers>
#include <string>

#include "dsl/low_precision.h"

namespace haliclr::dsl {

using Halide::cast;
using Halide::Expr;
using Halide::reinterpret;

namespace {

Expr device_call(const Halide::Type &type, const std::string &name,
                 const std::vector<Expr> &operands) {
    using Halide::Internal::Call;
    return Call::make(type, "haliclr_" + name, operands, Call::PureExtern);
}

// Sign and magnitude, so half of the last bit added to the magnitude rounds ties away from zero.
Expr tf32_bits(const Expr &value) {
    constexpr uint32_t dropped = 23 - 10;
    const Expr all = reinterpret<uint32_t>(value);
    const Expr rounded = (all + bits(1u << (dropped - 1))) & bits(~0u << dropped);
    return select((all & bits(0x7fffffff)) > bits(0x7f800000), bits(0x7fffffff), rounded);
}

Expr element(TensorType type, const Expr &word, int index) {
    if (type == TensorType::tf32) {
        return reinterpret<float>(word);
    }
    return reinterpret<float>(index == 0 ? word << 16 : word & bits(0xffff0000));
}

} // namespace

TensorCore::Place TensorCore::a_place(const Expr &lane, const Expr &reg) {
    return {lane / 4 + 8 * (reg % 2), lane % 4 + 4 * (reg / 2)};
}

TensorCore::Place TensorCore::b_place(const Expr &lane, const Expr &reg) {
    return {lane % 4 + 4 * reg, lane / 4};
}

TensorCore::Place TensorCore::d_place(const Expr &lane, const Expr &reg) {
    return {lane / 4 + 8 * (reg / 2), 2 * (lane % 4) + reg % 2};
}

TensorCore::Slot TensorCore::d_slot(const Expr &row, const Expr &column) {
    return {2 * (row / 8) + column % 2, 4 * (row % 8) + column / 2};
}

Expr TensorCore::word(const std::vector<Expr> &values) const {
    const Halide::Type word = Halide::UInt(32);
    if (type == TensorType::tf32) {
        return form == Lanes::device ? device_call(word, "cvt_rna_tf32_f32", values)
                                     : tf32_bits(values[0]);
    }
    if (form == Lanes::device) {
        return device_call(word, "cvt_rn_bf16x2_f32", {values[1], values[0]}); // upper half first
    }
    const auto half = [](const Expr &value) {
        return cast<uint32_t>(narrowed(value, Precision::bfloat16));
    };
    return half(values[0]) | (half(values[1]) << 16);
}

std::array<Expr, TensorCore::d_registers> TensorCore::multiply_add(const Fragment &a,
                                                                   const Fragment &b,
                                                                   const Fragment &c,
                                                                   const Expr &lane) const {
    std::array<Expr, d_registers> d;
    if (form == Lanes::device) {
        const std::string name =
            type == TensorType::tf32 ? "mma_m16n8k8_tf32_d" : "mma_m16n8k16_bf16_d";
        std::vector<Expr> operands;
        const auto take = [&](const Fragment &fragment, int registers) {
            for (int reg = 0; reg < registers; ++reg) {
                operands.push_back(fragment(lane, reg));
            }
        };
        take(a, a_registers);
        take(b, b_registers);
        take(c, d_registers);
        for (int reg = 0; reg < d_registers; ++reg) {
            d[reg] = device_call(Halide::Float(32), name + std::to_string(reg), operands);
        }
        return d;
    }
    for (int reg = 0; reg < d_registers; ++reg) {
        const Place place = d_place(lane, reg);
        d[reg] = c(lane, reg);
        for (int word = 0; word < words; ++word) {
            // The lanes whose first registers hold A's row (the third ones its upper words) and
            // B's column.
            const Expr a_word = a(4 * (place.row % 8) + word % 4, reg / 2 + 2 * (word / 4));
            const Expr b_word = b(4 * place.column + word % 4, word / 4);
            for (int index = 0; index < elements(); ++index) {
                d[reg] += element(type, a_word, index) * element(type, b_word, index);
            }
        }
    }
    return d;
}

Expr TensorCore::exp(const Expr &x) const {
    if (form == Lanes::spelled_out) {
        return Halide::exp(x);
    }
    return device_call(Halide::Float(32), "ex2_approx_ftz_f32", {x * float(std::numbers::log2e)});
}

} // namespace haliclr::dsl
