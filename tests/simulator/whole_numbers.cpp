// Integers wrap; what C++ leaves undefined is defined here as on a GPU.
#include "tests/simulator/operations.h"

#include <algorithm>

namespace haliclr::simulator {

namespace {

// The second operand of a shift, and those of a bit field, are of 32 bits.
template <typename T, auto formula>
void shift(uint64_t *r, const uint32_t *o) {
    r[o[0]] = put<T>(static_cast<T>(formula(get<T>(r[o[1]]), get<uint32_t>(r[o[2]]))));
}

template <typename Wide, typename Narrow>
void multiply_wide(uint64_t *r, const uint32_t *o) {
    r[o[0]] = put<Wide>(static_cast<Wide>(get<Narrow>(r[o[1]])) *
                        static_cast<Wide>(get<Narrow>(r[o[2]])));
}

template <typename Wide, typename Narrow>
void multiply_add_wide(uint64_t *r, const uint32_t *o) {
    r[o[0]] = put<Wide>(static_cast<Wide>(get<Narrow>(r[o[1]])) *
                            static_cast<Wide>(get<Narrow>(r[o[2]])) +
                        get<Wide>(r[o[3]]));
}

void extract_bits(uint64_t *r, const uint32_t *o) {
    const auto value = get<uint32_t>(r[o[1]]), at = get<uint32_t>(r[o[2]]) & 255,
               count = get<uint32_t>(r[o[3]]) & 255;
    const uint64_t moved = at > 31 ? 0 : value >> at;
    r[o[0]] = count > 31 ? moved : moved & ((uint64_t(1) << count) - 1);
}

// Products of 64 bits and a carry, which is the last operand.
void multiply_add_low_with_carry(uint64_t *r, const uint32_t *o) {
    const auto product = get<uint32_t>(r[o[1]]) * get<uint32_t>(r[o[2]]);
    const uint64_t sum = uint64_t(product) + get<uint32_t>(r[o[3]]);
    r[o[0]] = get<uint32_t>(sum);
    r[o[4]] = sum >> 32;
}

void multiply_add_high_of_carry(uint64_t *r, const uint32_t *o) {
    const uint64_t product = r[o[1]] * r[o[2]] >> 32;
    r[o[0]] = get<uint32_t>(product + r[o[3]] + r[o[4]]);
}

// The upper word of (b, a), moved left by up to 31 bits.
void funnel_shift_left(uint64_t *r, const uint32_t *o) {
    const uint64_t both = r[o[2]] << 32 | get<uint32_t>(r[o[1]]);
    r[o[0]] = get<uint32_t>(both << (r[o[3]] & 31) >> 32);
}

// The same with the field's own sign to its left.
void extract_signed_bits(uint64_t *r, const uint32_t *o) {
    const auto value = int64_t(get<int32_t>(r[o[1]]));
    const uint64_t at = r[o[2]] & 255, count = r[o[3]] & 255;
    const uint64_t last = std::min<uint64_t>(at + count, 32); // the field ends before it
    const int64_t moved = at > 31 || count == 0 ? 0 : int64_t(uint64_t(value) << (64 - last));
    const uint64_t bits = last > at ? last - at : 1;
    const bool outside = at > 31 && count > 0;
    r[o[0]] = get<uint32_t>(uint64_t(outside ? value >> 31 : moved >> (64 - bits)));
}

// A quotient by zero has all bits set on a GPU, where it is no error.
template <typename T>
T quotient(T a, T b) {
    return b == 0 ? T(-1) : b == T(-1) && std::is_signed_v<T> ? T(0 - uint64_t(a)) : T(a / b);
}

template <typename T>
T remainder_of(T a, T b) {
    return b == 0 ? a : b == T(-1) && std::is_signed_v<T> ? T(0) : T(a % b);
}

constexpr auto inverted = [](auto a) { return ~a; };
constexpr auto both = [](auto a, auto b) { return a & b; };
constexpr auto either = [](auto a, auto b) { return a | b; };
constexpr auto one_of = [](auto a, auto b) { return a ^ b; };
constexpr auto least = [](auto a, auto b) { return std::min(a, b); };
constexpr auto most = [](auto a, auto b) { return std::max(a, b); };
constexpr auto multiply_add = [](auto a, auto b, auto c) { return a * b + c; };
constexpr auto left = [](auto a, uint32_t n) { return n >= 8 * sizeof a ? 0 : a << n; };
// Of a signed value the sign comes in from the left, whatever the distance.
constexpr auto right = [](auto a, uint32_t n) {
    const uint32_t last = 8 * sizeof a - 1;
    return n <= last ? a >> n : std::is_signed_v<decltype(a)> ? a >> last : 0;
};
constexpr auto high_word = [](uint32_t a, uint32_t b) { return uint64_t(a) * b >> 32; };
constexpr auto signed_high_word = [](int32_t a, int32_t b) { return int64_t(a) * b >> 32; };
constexpr auto leading_zeros = [](uint32_t a) { return std::countl_zero(a); };
constexpr auto magnitude = [](int32_t a) { return a < 0 ? 0 - uint32_t(a) : uint32_t(a); };

template <typename T>
void add_comparisons(Table &table, const char *eq, const char *ne, const char *lt, const char *le,
                     const char *gt, const char *ge) {
    table.insert({{eq, compare<T, equal>},
                  {ne, compare<T, differ>},
                  {lt, compare<T, less>},
                  {le, compare<T, less_equal>},
                  {gt, compare<T, greater>},
                  {ge, compare<T, greater_equal>}});
}

} // namespace

void add_whole_numbers(Table &table) {
    table.insert({{"add.s16", binary<uint16_t, plus>},
                  {"add.s32", binary<uint32_t, plus>},
                  {"add.s64", binary<uint64_t, plus>},
                  {"add.u64", binary<uint64_t, plus>},
                  {"abs.s32", unary<uint32_t, int32_t, magnitude>},
                  {"clz.b32", unary<uint32_t, uint32_t, leading_zeros>},
                  {"mad.lo.cc.u32", multiply_add_low_with_carry},
                  {"madc.hi.u32", multiply_add_high_of_carry},
                  {"mul.hi.s32", binary<int32_t, signed_high_word>},
                  {"sub.s16", binary<uint16_t, minus>},
                  {"sub.s32", binary<uint32_t, minus>},
                  {"sub.s64", binary<uint64_t, minus>},
                  {"mul.lo.s16", binary<uint16_t, times>},
                  {"mul.lo.s32", binary<uint32_t, times>},
                  {"mul.lo.s64", binary<uint64_t, times>},
                  {"mad.lo.s32", ternary<uint32_t, multiply_add>},
                  {"mad.lo.s64", ternary<uint64_t, multiply_add>},
                  {"mul.hi.u32", binary<uint32_t, high_word>},
                  {"mul.wide.s32", multiply_wide<int64_t, int32_t>},
                  {"mul.wide.u32", multiply_wide<uint64_t, uint32_t>},
                  {"mul.wide.s16", multiply_wide<int32_t, int16_t>},
                  {"mul.wide.u16", multiply_wide<uint32_t, uint16_t>},
                  {"mad.wide.s32", multiply_add_wide<int64_t, int32_t>},
                  {"mad.wide.u32", multiply_add_wide<uint64_t, uint32_t>},
                  {"div.s32", binary<int32_t, quotient<int32_t>>},
                  {"div.u32", binary<uint32_t, quotient<uint32_t>>},
                  {"div.s64", binary<int64_t, quotient<int64_t>>},
                  {"div.u64", binary<uint64_t, quotient<uint64_t>>},
                  {"rem.s64", binary<int64_t, remainder_of<int64_t>>},
                  {"rem.u64", binary<uint64_t, remainder_of<uint64_t>>},
                  {"rem.s32", binary<int32_t, remainder_of<int32_t>>},
                  {"rem.u32", binary<uint32_t, remainder_of<uint32_t>>},
                  {"min.s16", binary<int16_t, least>},
                  {"min.u16", binary<uint16_t, least>},
                  {"max.s16", binary<int16_t, most>},
                  {"max.u16", binary<uint16_t, most>},
                  {"min.s64", binary<int64_t, least>},
                  {"min.u64", binary<uint64_t, least>},
                  {"max.s64", binary<int64_t, most>},
                  {"max.u64", binary<uint64_t, most>},
                  {"min.s32", binary<int32_t, least>},
                  {"min.u32", binary<uint32_t, least>},
                  {"max.s32", binary<int32_t, most>},
                  {"max.u32", binary<uint32_t, most>},
                  {"neg.s32", unary<uint32_t, uint32_t, negated>}});
    add_comparisons<int16_t>(table, "setp.eq.s16", "setp.ne.s16", "setp.lt.s16", "setp.le.s16",
                             "setp.gt.s16", "setp.ge.s16");
    add_comparisons<uint16_t>(table, "setp.eq.u16", "setp.ne.u16", "setp.lt.u16", "setp.le.u16",
                              "setp.gt.u16", "setp.ge.u16");
    add_comparisons<int32_t>(table, "setp.eq.s32", "setp.ne.s32", "setp.lt.s32", "setp.le.s32",
                             "setp.gt.s32", "setp.ge.s32");
    add_comparisons<uint32_t>(table, "setp.eq.u32", "setp.ne.u32", "setp.lt.u32", "setp.le.u32",
                              "setp.gt.u32", "setp.ge.u32");
    add_comparisons<int64_t>(table, "setp.eq.s64", "setp.ne.s64", "setp.lt.s64", "setp.le.s64",
                             "setp.gt.s64", "setp.ge.s64");
    add_comparisons<uint64_t>(table, "setp.eq.u64", "setp.ne.u64", "setp.lt.u64", "setp.le.u64",
                              "setp.gt.u64", "setp.ge.u64");
}

void add_bits(Table &table) {
    table.insert({{"and.b16", binary<uint16_t, both>},
                  {"and.b32", binary<uint32_t, both>},
                  {"and.b64", binary<uint64_t, both>},
                  {"and.pred", binary<uint64_t, both>},
                  {"or.b16", binary<uint16_t, either>},
                  {"or.b32", binary<uint32_t, either>},
                  {"or.b64", binary<uint64_t, either>},
                  {"or.pred", binary<uint64_t, either>},
                  {"xor.b16", binary<uint16_t, one_of>},
                  {"xor.b32", binary<uint32_t, one_of>},
                  {"xor.b64", binary<uint64_t, one_of>},
                  {"xor.pred", binary<uint64_t, one_of>},
                  {"not.b16", unary<uint16_t, uint16_t, inverted>},
                  {"not.b32", unary<uint32_t, uint32_t, inverted>},
                  {"not.b64", unary<uint64_t, uint64_t, inverted>},
                  {"not.pred", unary<bool, bool, [](bool a) { return !a; }>},
                  {"shl.b16", shift<uint16_t, left>},
                  {"shl.b32", shift<uint32_t, left>},
                  {"shl.b64", shift<uint64_t, left>},
                  {"shr.u16", shift<uint16_t, right>},
                  {"shr.s16", shift<int16_t, right>},
                  {"shr.u32", shift<uint32_t, right>},
                  {"shr.s32", shift<int32_t, right>},
                  {"shr.u64", shift<uint64_t, right>},
                  {"shr.s64", shift<int64_t, right>},
                  {"bfe.u32", extract_bits},
                  {"bfe.s32", extract_signed_bits},
                  {"shf.l.wrap.b32", funnel_shift_left},
                  {"setp.eq.b16", compare<uint16_t, equal>},
                  {"setp.ne.b16", compare<uint16_t, differ>},
                  {"setp.eq.b32", compare<uint32_t, equal>},
                  {"setp.ne.b32", compare<uint32_t, differ>},
                  {"setp.eq.b64", compare<uint64_t, equal>},
                  {"setp.ne.b64", compare<uint64_t, differ>}});
}

} // namespace haliclr::simulator
