// Floats, and conversions from and to them. Compiled without contraction: a multiplication and an
// addition are rounded apart, unless an fma is asked for.
#include "tests/simulator/operations.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace haliclr::simulator {

namespace {

void pack_bf16(uint64_t *r, const uint32_t *o) {
    const uint32_t high = to_bf16(get<float>(r[o[1]])), low = to_bf16(get<float>(r[o[2]]));
    r[o[0]] = high << 16 | low;
}

float flushed(float x) {
    return std::fpclassify(x) == FP_SUBNORMAL ? std::copysign(0.0F, x) : x;
}

// A conversion to an integer saturates; a NaN becomes 0.
template <typename T>
T saturated(float x) {
    constexpr double least = std::numeric_limits<T>::min(), most = std::numeric_limits<T>::max();
    return std::isnan(x) ? T(0) : static_cast<T>(std::clamp<double>(x, least, most));
}

// Of floats: false where one is a NaN, as all comparisons without a `u` at the end.
constexpr auto ordered_differ = [](float a, float b) { return a < b || a > b; };
constexpr auto unordered_less_equal = [](float a, float b) { return !(a > b); };
constexpr auto unordered_less = [](float a, float b) { return !(a >= b); };
constexpr auto unordered_greater_equal = [](float a, float b) { return !(a < b); };
constexpr auto unordered_greater = [](float a, float b) { return !(a <= b); };
constexpr auto is_nan = [](float a, float b) { return std::isnan(a) || std::isnan(b); };
constexpr auto are_numbers = [](float a, float b) { return !is_nan(a, b); };
constexpr auto exponential = [](float x) { return flushed(std::exp2(flushed(x))); };

} // namespace

void add_floats(Table &table) {
    constexpr auto root = [](float a) { return std::sqrt(a); };
    constexpr auto over = [](float a, float b) { return a / b; };
    constexpr auto flushed_product = [](float a, float b) {
        return flushed(flushed(a) * flushed(b));
    };
    constexpr auto flushed_multiply_add = [](float a, float b, float c) {
        return flushed(std::fma(flushed(a), flushed(b), flushed(c)));
    };
    table.insert(
        {{"add.f32", binary<float, plus>},
         {"add.rn.f32", binary<float, plus>},
         {"sub.f32", binary<float, minus>},
         {"sub.rn.f32", binary<float, minus>},
         {"mul.f32", binary<float, times>},
         {"mul.rn.f32", binary<float, times>},
         {"fma.rn.f32",
          ternary<float, [](float a, float b, float c) { return std::fma(a, b, c); }>},
         {"div.rn.f32", binary<float, over>},
         {"rcp.rn.f32", unary<float, float, [](float a) { return 1 / a; }>},
         {"sqrt.rn.f32", unary<float, float, root>},
         {"neg.f32", unary<float, float, negated>},
         {"abs.f32", unary<float, float, [](float a) { return std::fabs(a); }>},
         // Of a number and a NaN both take the number.
         {"min.f32", binary<float, [](float a, float b) { return std::fmin(a, b); }>},
         {"max.f32", binary<float, [](float a, float b) { return std::fmax(a, b); }>},
         {"abs.ftz.f32", unary<float, float, [](float a) { return std::fabs(flushed(a)); }>},
         {"mul.rn.ftz.f32", binary<float, flushed_product>},
         {"fma.rn.ftz.f32", ternary<float, flushed_multiply_add>},
         {"ex2.approx.ftz.f32", unary<float, float, exponential>},
         {"setp.eq.f32", compare<float, equal>},
         {"setp.ne.f32", compare<float, ordered_differ>},
         {"setp.lt.f32", compare<float, less>},
         {"setp.le.f32", compare<float, less_equal>},
         {"setp.gt.f32", compare<float, greater>},
         {"setp.ge.f32", compare<float, greater_equal>},
         {"setp.neu.f32", compare<float, differ>},
         {"setp.ltu.f32", compare<float, unordered_less>},
         {"setp.leu.f32", compare<float, unordered_less_equal>},
         {"setp.gtu.f32", compare<float, unordered_greater>},
         {"setp.geu.f32", compare<float, unordered_greater_equal>},
         {"setp.num.f32", compare<float, are_numbers>},
         {"setp.nan.f32", compare<float, is_nan>}});
}

void add_conversions(Table &table) {
    constexpr auto down = [](float a) { return std::floor(flushed(a)); };
    constexpr auto up = [](float a) { return std::ceil(flushed(a)); };
    constexpr auto nearest = [](float a) { return std::nearbyint(a); };
    constexpr auto flushed_nearest = [](float a) {
        return saturated<int32_t>(std::nearbyint(flushed(a)));
    };
    table.insert({{"cvt.u32.u64", unary<uint32_t, uint64_t, same>},
                  {"cvt.u64.u32", unary<uint64_t, uint32_t, same>},
                  {"cvt.s64.s32", unary<int64_t, int32_t, same>},
                  {"cvt.u32.u16", unary<uint32_t, uint16_t, same>},
                  {"cvt.u16.u32", unary<uint16_t, uint32_t, same>},
                  {"cvt.s32.s16", unary<int32_t, int16_t, same>},
                  {"cvt.u32.u8", unary<uint32_t, uint8_t, same>},
                  {"cvt.s32.s8", unary<int32_t, int8_t, same>},
                  {"cvt.rn.f32.u16", unary<float, uint16_t, same>},
                  {"cvt.rn.f32.s16", unary<float, int16_t, same>},
                  {"cvt.rn.f32.u32", unary<float, uint32_t, same>},
                  {"cvt.rn.f32.s32", unary<float, int32_t, same>},
                  {"cvt.rn.f32.u64", unary<float, uint64_t, same>},
                  {"cvt.rn.f32.s64", unary<float, int64_t, same>},
                  {"cvt.rzi.s16.f32", unary<int16_t, float, saturated<int16_t>>},
                  {"cvt.rzi.u16.f32", unary<uint16_t, float, saturated<uint16_t>>},
                  {"cvt.rzi.s32.f32", unary<int32_t, float, saturated<int32_t>>},
                  {"cvt.rzi.u32.f32", unary<uint32_t, float, saturated<uint32_t>>},
                  {"cvt.rni.ftz.s32.f32", unary<int32_t, float, flushed_nearest>},
                  {"cvt.rni.f32.f32", unary<float, float, nearest>},
                  {"cvt.rmi.f32.f32", unary<float, float, [](float a) { return std::floor(a); }>},
                  {"cvt.rpi.f32.f32", unary<float, float, [](float a) { return std::ceil(a); }>},
                  {"cvt.rmi.ftz.f32.f32", unary<float, float, down>},
                  {"cvt.rpi.ftz.f32.f32", unary<float, float, up>},
                  {"cvt.rna.tf32.f32", unary<uint32_t, float, to_tf32>},
                  {"cvt.rn.bf16x2.f32", pack_bf16}});
}

uint32_t to_tf32(float x) {
    const auto bits = std::bit_cast<uint32_t>(x);
    return std::isfinite(x) ? (bits + 0x1000) & ~0x1fffU : bits & ~0x1fffU;
}

uint16_t to_bf16(float x) {
    const auto bits = std::bit_cast<uint32_t>(x);
    const uint32_t odd = bits >> 16 & 1;
    return std::isnan(x) ? 0x7fff : static_cast<uint16_t>((bits + 0x7fff + odd) >> 16);
}

} // namespace haliclr::simulator
