// Philox4x32-10: ten rounds of two 32 x 32 bit products, each round under a key bumped by Weyl
// constants.
#include "dsl/philox.h"

namespace haliclr::dsl {

using Halide::cast;
using Halide::Expr;

namespace {

constexpr uint32_t multiplier_0 = 0xD2511F53;
constexpr uint32_t multiplier_2 = 0xCD9E8D57;
constexpr uint32_t weyl_0 = 0x9E3779B9;
constexpr uint32_t weyl_1 = 0xBB67AE85;
constexpr int rounds = 10;

Expr product(const Expr &word, uint32_t multiplier) {
    return cast<uint64_t>(word) * Halide::Internal::make_const(Halide::UInt(64), multiplier);
}

Expr high(const Expr &wide) {
    return cast<uint32_t>(wide >> 32);
}

Expr low(const Expr &wide) {
    return cast<uint32_t>(wide);
}

} // namespace

std::array<Expr, 4> philox4x32(std::array<Expr, 4> counter, std::array<Expr, 2> key) {
    for (int round = 0; round < rounds; round++) {
        const Expr product_0 = product(counter[0], multiplier_0);
        const Expr product_2 = product(counter[2], multiplier_2);
        counter = {high(product_2) ^ counter[1] ^ key[0], low(product_2),
                   high(product_0) ^ counter[3] ^ key[1], low(product_0)};
        key = {key[0] + Expr(weyl_0), key[1] + Expr(weyl_1)};
    }
    return counter;
}

Expr unit_uniform(const Expr &word) {
    return cast<float>(word >> 8) * (1.0f / (1 << 24));
}

Expr uniform_between(const Expr &word, const Expr &low, const Expr &high) {
    return low + (high - low) * unit_uniform(word);
}

Expr uniform_below(const Expr &word, const Expr &count) {
    return cast<int32_t>((cast<uint64_t>(word) * cast<uint64_t>(cast<uint32_t>(count))) >> 32);
}

Expr happens(const Expr &word, const Expr &probability) {
    return unit_uniform(word) < probability;
}

} // namespace haliclr::dsl
