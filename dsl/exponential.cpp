// The expression of dsl/exponential.h.
#include "dsl/exponential.h"

#include <bit>
#include <cstdint>
#include <iterator>

namespace haliclr::dsl {

using namespace Halide;

namespace {

constexpr float least = -87.3f;

// x < least, minus infinity too, by its bits: a comparison of floats could have either result for
// NaN, as none is expected where their order is free.
Expr underflows(const Expr &x) {
    constexpr uint32_t minus_infinity = 0xff800000;
    const uint32_t first = std::bit_cast<uint32_t>(least) + 1;
    return reinterpret<uint32_t>(x) - Expr(first) <= Expr(minus_infinity - first);
}

} // namespace

Expr bounded_exponential(const Expr &x) {
    constexpr float log2_of_e = 1.44269504f;
    constexpr int mantissa_bits = 23;
    constexpr float terms[] = {0x1.41fbbcp-13f, 0x1.5f3e54p-10f, 0x1.3b2d4cp-7f,
                               0x1.c6aee8p-5f,  0x1.ebfbdcp-3f,  0x1.62e43p-1f};
    const Expr power = x * log2_of_e;
    const Expr whole = cast<int>(power - 0.5f); // the nearest, where power <= 0.5
    const Expr fraction = power - cast<float>(whole);
    Expr sum = terms[0];
    for (size_t k = 1; k < std::size(terms); ++k) {
        sum = sum * fraction + terms[k];
    }
    sum = sum * fraction + 1.0f;
    const Expr bits = reinterpret<int>(sum) + (whole << mantissa_bits);
    return select(underflows(x), 0.0f, reinterpret<float>(bits));
}

} // namespace haliclr::dsl
