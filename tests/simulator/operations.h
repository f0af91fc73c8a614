// What the tables of arithmetic are made of: a function reads and writes values of one type, by a
// formula that stands as a template's argument.
#pragma once

#include "tests/simulator/arithmetic.h"

#include <bit>
#include <cstdint>
#include <map>
#include <string_view>
#include <type_traits>

namespace haliclr::simulator {

using Table = std::map<std::string_view, Compute>;

void add_whole_numbers(Table &table);
void add_bits(Table &table);
void add_floats(Table &table);
void add_conversions(Table &table);

template <typename T>
T get(uint64_t bits) {
    if constexpr (std::is_same_v<T, float>) {
        return std::bit_cast<float>(static_cast<uint32_t>(bits));
    } else if constexpr (std::is_same_v<T, bool>) {
        return bits != 0;
    } else {
        return static_cast<T>(bits);
    }
}

template <typename T>
uint64_t put(T value) {
    if constexpr (std::is_same_v<T, float>) {
        return std::bit_cast<uint32_t>(value);
    } else if constexpr (std::is_same_v<T, bool>) {
        return value ? 1 : 0;
    } else {
        return static_cast<std::make_unsigned_t<T>>(value);
    }
}

template <typename To, typename From, auto formula>
void unary(uint64_t *r, const uint32_t *o) {
    r[o[0]] = put<To>(static_cast<To>(formula(get<From>(r[o[1]]))));
}

template <typename T, auto formula>
void binary(uint64_t *r, const uint32_t *o) {
    r[o[0]] = put<T>(static_cast<T>(formula(get<T>(r[o[1]]), get<T>(r[o[2]]))));
}

template <typename T, auto formula>
void ternary(uint64_t *r, const uint32_t *o) {
    r[o[0]] = put<T>(static_cast<T>(formula(get<T>(r[o[1]]), get<T>(r[o[2]]), get<T>(r[o[3]]))));
}

template <typename T, auto formula>
void compare(uint64_t *r, const uint32_t *o) {
    r[o[0]] = put<bool>(formula(get<T>(r[o[1]]), get<T>(r[o[2]])));
}

constexpr auto same = [](auto a) { return a; };
constexpr auto negated = [](auto a) { return -a; };
constexpr auto plus = [](auto a, auto b) { return a + b; };
constexpr auto minus = [](auto a, auto b) { return a - b; };
constexpr auto times = [](auto a, auto b) { return a * b; };
constexpr auto equal = [](auto a, auto b) { return a == b; };
constexpr auto less = [](auto a, auto b) { return a < b; };
constexpr auto less_equal = [](auto a, auto b) { return a <= b; };
constexpr auto greater = [](auto a, auto b) { return a > b; };
constexpr auto greater_equal = [](auto a, auto b) { return a >= b; };
constexpr auto differ = [](auto a, auto b) { return a != b; };

} // namespace haliclr::simulator
