// Conversions between float32 and the bits of float16 and bfloat16.
#include "dsl/low_precision.h"

namespace haliclr::dsl {

using Halide::cast;
using Halide::Expr;
using Halide::reinterpret;

Expr bits(uint32_t value) {
    return Halide::Internal::make_const(Halide::UInt(32), value);
}

namespace {

constexpr uint32_t float32_infinity = 0xffu << 23;
constexpr int mantissa_shift = 23 - 10;                // mantissa bits that float16 lacks
constexpr uint32_t rebias = (127u - 15u) << 23;        // between the two exponents
constexpr uint32_t least_normal = rebias + (1u << 23); // of float16, as a float32
constexpr uint32_t beyond = (127u + 16u) << 23;        // 65536, the first that float16 cannot hold

Expr widened_float16(const Expr &stored) {
    const Expr half = cast<uint32_t>(stored);
    const Expr magnitude = (half & bits(0x7fff)) << mantissa_shift;
    const Expr normal = magnitude + bits(rebias);
    // Without the leading 1 that a normal number of that exponent has.
    const Expr offset = reinterpret<float>(bits(least_normal));
    const Expr subnormal = reinterpret<uint32_t>(
        Halide::strict_float(reinterpret<float>(magnitude + bits(least_normal)) - offset));
    const Expr result =
        select(magnitude < bits(0x400u << mantissa_shift), subnormal,
               magnitude >= bits(0x7c00u << mantissa_shift), normal + bits(rebias), normal);
    return reinterpret<float>(result | ((half & bits(0x8000)) << 16));
}

Expr narrowed_float16(const Expr &value) {
    const Expr all = reinterpret<uint32_t>(value);
    const Expr sign = all & bits(0x80000000u);
    const Expr magnitude = all ^ sign;
    const Expr odd = (magnitude >> mantissa_shift) & bits(1);
    const Expr normal = (magnitude - bits(rebias) + bits(0xfff) + odd) >> mantissa_shift;
    // A sum whose last bit is float16's least: the addition rounds.
    const uint32_t aligned = rebias + ((mantissa_shift + 1u) << 23);
    const Expr subnormal = reinterpret<uint32_t>(Halide::strict_float(
                               reinterpret<float>(magnitude) + reinterpret<float>(bits(aligned)))) -
                           bits(aligned);
    const Expr special = select(magnitude > bits(float32_infinity), bits(0x7e00), bits(0x7c00));
    const Expr result = select(magnitude >= bits(beyond), special, magnitude < bits(least_normal),
                               subnormal, normal);
    return cast<uint16_t>(result | (sign >> 16));
}

Expr narrowed_bfloat16(const Expr &value) {
    const Expr all = reinterpret<uint32_t>(value);
    const Expr rounded = (all + bits(0x7fff) + ((all >> 16) & bits(1))) >> 16;
    const Expr nan = (all & bits(0x7fffffff)) > bits(float32_infinity);
    return cast<uint16_t>(select(nan, bits(0x7fc0), rounded));
}

} // namespace

Halide::Type storage_type(Precision precision) {
    return precision == Precision::float32 ? Halide::Float(32) : Halide::UInt(16);
}

Expr widened(const Expr &stored, Precision precision) {
    switch (precision) {
    case Precision::float32:
        return stored;
    case Precision::bfloat16:
        return reinterpret<float>(cast<uint32_t>(stored) << 16);
    case Precision::float16:
        return widened_float16(stored);
    }
    return {};
}

Expr narrowed(const Expr &value, Precision precision) {
    switch (precision) {
    case Precision::float32:
        return value;
    case Precision::bfloat16:
        return narrowed_bfloat16(value);
    case Precision::float16:
        return narrowed_float16(value);
    }
    return {};
}

} // namespace haliclr::dsl
