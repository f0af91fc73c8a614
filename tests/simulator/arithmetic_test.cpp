// Single instructions, where C++ and the ISA differ or rounding counts.
#include "tests/simulator/operations.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace haliclr::simulator {
namespace {

constexpr auto bits = put<float>;
constexpr auto number_of = get<float>;

uint64_t computed(const char *opcode, std::vector<uint64_t> operands) {
    const Compute compute = find_compute(opcode);
    if (compute == nullptr) {
        ADD_FAILURE() << opcode;
        return 0;
    }
    std::vector<uint64_t> registers{0};
    registers.insert(registers.end(), operands.begin(), operands.end());
    const uint32_t indices[] = {0, 1, 2, 3, 4};
    compute(registers.data(), indices);
    return registers[0];
}

TEST(Arithmetic, WholeNumbersWrapAndShiftsEnd) {
    EXPECT_EQ(computed("add.s32", {0xffffffff, 2}), 1u);
    EXPECT_EQ(computed("mul.wide.s32", {uint32_t(-3), 4}), uint64_t(-12));
    EXPECT_EQ(computed("mul.wide.u32", {0xffffffff, 2}), 0x1fffffffeu);
    EXPECT_EQ(computed("mul.hi.u32", {0x80000000, 6}), 3u);
    EXPECT_EQ(computed("shl.b32", {1, 32}), 0u);
    EXPECT_EQ(computed("shr.s32", {0x80000000, 40}), 0xffffffffu);
    EXPECT_EQ(computed("shr.u32", {0x80000000, 31}), 1u);
    EXPECT_EQ(computed("bfe.u32", {0xabcd, 4, 8}), 0xbcu);
    EXPECT_EQ(computed("bfe.s32", {0x10, 4, 1}), 0xffffffffu);
    EXPECT_EQ(computed("bfe.s32", {0x7f0, 4, 8}), 0x7fu);
    EXPECT_EQ(computed("mul.wide.u16", {0x1ffff, 64}), 0x3fffc0u);
    EXPECT_EQ(computed("setp.lt.s32", {uint32_t(-1), 0}), 1u);
    EXPECT_EQ(computed("setp.lt.u32", {uint32_t(-1), 0}), 0u);
    EXPECT_EQ(computed("div.s32", {uint32_t(-7), 2}), uint32_t(-3));
    EXPECT_EQ(computed("rem.s32", {uint32_t(-7), 2}), uint32_t(-1));
}

TEST(Arithmetic, FloatsRoundOnceAndOrderNaN) {
    const float third = 1.0F / 3, nan = std::nanf("");
    EXPECT_EQ(number_of(computed("fma.rn.f32", {bits(third), bits(3), bits(-1)})),
              std::fma(third, 3.0F, -1.0F));
    EXPECT_NE(number_of(computed("fma.rn.f32", {bits(third), bits(3), bits(-1)})), 0.0F);
    EXPECT_EQ(number_of(computed("max.f32", {bits(nan), bits(2)})), 2.0F);
    EXPECT_EQ(computed("setp.ne.f32", {bits(nan), bits(1)}), 0u);
    EXPECT_EQ(computed("setp.gtu.f32", {bits(nan), bits(1)}), 1u);
    EXPECT_EQ(computed("setp.leu.f32", {bits(2), bits(1)}), 0u);
    EXPECT_EQ(computed("setp.num.f32", {bits(nan), bits(1)}), 0u);
    EXPECT_EQ(computed("setp.num.f32", {bits(2), bits(1)}), 1u);
    EXPECT_EQ(number_of(computed("ex2.approx.ftz.f32", {bits(-1)})), 0.5F);
    EXPECT_EQ(number_of(computed("ex2.approx.ftz.f32", {bits(-140)})), 0.0F);
}

TEST(Arithmetic, ConversionsRoundAndSaturate) {
    const float infinity = std::numeric_limits<float>::infinity();
    EXPECT_EQ(computed("cvt.rzi.s32.f32", {bits(-2.9F)}), uint32_t(-2));
    EXPECT_EQ(computed("cvt.rzi.s32.f32", {bits(infinity)}), 0x7fffffffu);
    EXPECT_EQ(computed("cvt.rzi.u32.f32", {bits(-1)}), 0u);
    EXPECT_EQ(number_of(computed("cvt.rni.f32.f32", {bits(2.5F)})), 2.0F);
    EXPECT_EQ(number_of(computed("cvt.rmi.ftz.f32.f32", {bits(-0.5F)})), -1.0F);
    EXPECT_EQ(number_of(computed("cvt.rn.f32.s16", {uint16_t(-5)})), -5.0F);
    EXPECT_EQ(number_of(to_tf32(1.0F + 0x1p-11F)), 1.0F + 0x1p-10F); // a tie, away from zero
    EXPECT_EQ(to_bf16(1.0F + 0x1p-8F), 0x3f80);                      // a tie, to even
    EXPECT_EQ(computed("cvt.rn.bf16x2.f32", {bits(2), bits(1)}), 0x40003f80u); // upper half first
}

} // namespace
} // namespace haliclr::simulator
