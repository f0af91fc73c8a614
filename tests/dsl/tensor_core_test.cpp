// The fragments against the tables of the PTX ISA, and the intrinsics' spelled-out form: products
// of whole numbers, which are exact, on the CPU and on OpenCL; roundings against plain arithmetic.
#include "dsl/tensor_core.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <random>
#include <set>

namespace haliclr {
namespace {

using dsl::Lanes;
using dsl::TensorCore;
using dsl::TensorType;
using Halide::Buffer;
using Halide::Expr;
using Halide::Func;
using Halide::Target;
using Halide::Var;
using Cell = std::pair<int, int>;

int value_of(const Expr &constant) {
    const auto value = Halide::Internal::as_const_int(Halide::Internal::simplify(constant));
    EXPECT_TRUE(value) << constant;
    return value ? int(*value) : -1;
}

Cell cell(const TensorCore::Place &place) {
    return {value_of(place.row), value_of(place.column)};
}

template <typename Place>
std::set<Cell> cells(Place place, int registers) {
    std::set<Cell> found;
    for (int lane = 0; lane < TensorCore::lanes; ++lane) {
        for (int reg = 0; reg < registers; ++reg) {
            found.insert(cell(place(lane, reg)));
        }
    }
    return found;
}

TEST(TensorCore, LanesHoldWhatThePtxIsaSays) {
    // "Matrix fragments for mma.m16n8k8", lane 22: groupID 5, threadID_in_group 2.
    const Cell a[] = {{5, 2}, {13, 2}, {5, 6}, {13, 6}};
    const Cell b[] = {{2, 5}, {6, 5}};
    const Cell d[] = {{5, 4}, {5, 5}, {13, 4}, {13, 5}};
    for (int reg = 0; reg < 4; ++reg) {
        EXPECT_EQ(cell(TensorCore::a_place(22, reg)), a[reg]) << reg;
        EXPECT_EQ(cell(TensorCore::d_place(22, reg)), d[reg]) << reg;
    }
    for (int reg = 0; reg < 2; ++reg) {
        EXPECT_EQ(cell(TensorCore::b_place(22, reg)), b[reg]) << reg;
    }
}

TEST(TensorCore, RegistersHoldEachPlaceOnce) {
    EXPECT_EQ(cells(TensorCore::a_place, 4).size(), 16u * 8);
    EXPECT_EQ(cells(TensorCore::b_place, 2).size(), 8u * 8);
    EXPECT_EQ(cells(TensorCore::d_place, 4).size(), 16u * 8);
    for (const auto &[row, column] : cells(TensorCore::d_place, 4)) {
        const TensorCore::Slot slot = TensorCore::d_slot(row, column);
        EXPECT_EQ(cell(TensorCore::d_place(value_of(slot.lane), value_of(slot.reg))),
                  Cell(row, column));
    }
}

// D = A B + C of every lane, with the fragments of A and B in memory.
struct Product {
    Buffer<float> a{32, 16}, b{32, 8}, c{8, 16}; // (depth, row), (depth, column), (column, row)
    TensorCore core;
    int depth;
    Var lane{"lane"}, reg{"reg"};
    Func a_fragment{"a_fragment"}, b_fragment{"b_fragment"}, d_fragment{"d_fragment"}, d{"d"};

    explicit Product(TensorType type)
        : core{type, Lanes::spelled_out}, depth(TensorCore::words * core.elements()) {
        std::mt19937 bits(7);
        for (Buffer<float> *matrix : {&a, &b, &c}) {
            matrix->for_each_value([&](float &value) { value = float(int(bits() % 255) - 127); });
            matrix->set_host_dirty();
        }
        const auto word = [&](const Buffer<float> &matrix, const Expr &row, const Expr &word) {
            std::vector<Expr> values;
            for (int e = 0; e < core.elements(); ++e) {
                values.push_back(matrix(word * core.elements() + e, row));
            }
            return core.word(values);
        };
        const auto a_at = TensorCore::a_place(lane, reg), b_at = TensorCore::b_place(lane, reg);
        a_fragment(reg, lane) = word(a, a_at.row, a_at.column);
        b_fragment(reg, lane) = word(b, b_at.column, b_at.row);
        const auto registers =
            core.multiply_add([&](const Expr &in, int r) { return a_fragment(r, in); },
                              [&](const Expr &in, int r) { return b_fragment(r, in); },
                              [&](const Expr &in, int r) {
                                  const auto place = TensorCore::d_place(in, r);
                                  return c(place.column, place.row);
                              },
                              lane);
        d_fragment(reg, lane) = mux(reg, std::vector<Expr>(registers.begin(), registers.end()));
        Var row{"row"}, column{"column"};
        const auto slot = TensorCore::d_slot(row, column);
        d(column, row) = d_fragment(slot.reg, slot.lane);
        a_fragment.compute_root();
        b_fragment.compute_root();
        d_fragment.compute_root();
    }

    void expect_exact(const Target &target) {
        Buffer<float> found = d.realize({8, 16}, target);
        found.copy_to_host();
        for (int row = 0; row < 16; ++row) {
            for (int column = 0; column < 8; ++column) {
                float expected = c(column, row);
                for (int k = 0; k < depth; ++k) {
                    expected += a(k, row) * b(k, column);
                }
                ASSERT_EQ(found(column, row), expected) << row << " " << column;
            }
        }
    }
};

TEST(TensorCore, ProductsAreExactOnTheCpu) {
    for (TensorType type : {TensorType::tf32, TensorType::bf16}) {
        Product(type).expect_exact(Halide::get_host_target());
    }
}

TEST(TensorCore, ProductsAreExactOnOpenCl) {
    const Target target = Halide::get_host_target().with_feature(Target::OpenCL);
    if (!Halide::host_supports_target_device(target)) {
        GTEST_SKIP() << "no OpenCL device";
    }
    for (TensorType type : {TensorType::tf32, TensorType::bf16}) {
        Product product(type);
        Var block{"block"};
        for (Func *f : {&product.a_fragment, &product.b_fragment, &product.d_fragment}) {
            f->bound(product.lane, 0, TensorCore::lanes)
                .split(product.lane, block, product.lane, TensorCore::lanes)
                .reorder(product.reg, product.lane, block)
                .gpu_blocks(block)
                .gpu_threads(product.lane);
        }
        product.expect_exact(target);
    }
}

std::vector<float> values() {
    std::vector<float> list{0.0f,    -0.0f,           1.0f,     1.00048828125f, 1.000488281f,
                            1.0005f, -1.00048828125f, 65519.9f, 1e38f,          -INFINITY,
                            1e-38f,  1.0009765625f,   3.0e-39f, 2049.0f,        2051.0f};
    std::mt19937 bits(3);
    std::normal_distribution<float> normal;
    for (int k = 0; k < 1000; ++k) {
        list.push_back(normal(bits));
    }
    return list;
}

// The words of pairs of values, the second in the upper half where a word has two.
Buffer<uint32_t> words(const std::vector<float> &list, TensorType type) {
    Buffer<float> input(const_cast<float *>(list.data()), int(list.size()));
    const TensorCore core{type, Lanes::spelled_out};
    Var i;
    Func word;
    const std::vector<Expr> pair{input(i), input(int(list.size()) - 1 - i)};
    word(i) = core.word({pair.begin(), pair.begin() + core.elements()});
    return word.realize({int(list.size())});
}

TEST(TensorCore, Tf32RoundsToNearestTiesAwayFromZero) {
    const std::vector<float> list = values();
    const Buffer<uint32_t> found = words(list, TensorType::tf32);
    for (size_t k = 0; k < list.size(); ++k) {
        float expected = list[k];
        if (std::isnormal(expected)) {
            int exponent;
            const double mantissa = std::frexp(double(expected), &exponent);
            expected = float(std::ldexp(std::round(std::ldexp(mantissa, 11)), exponent - 11));
        } else if (std::isfinite(expected)) {
            expected = float(std::ldexp(std::round(std::ldexp(double(expected), 136)), -136));
        }
        ASSERT_EQ(std::bit_cast<float>(found(int(k))), expected) << list[k];
    }
    EXPECT_TRUE(std::isnan(std::bit_cast<float>(words({NAN}, TensorType::tf32)(0))));
}

TEST(TensorCore, Bf16PairsTheFirstInTheLowHalf) {
    const std::vector<float> list = values();
    const Buffer<uint32_t> found = words(list, TensorType::bf16);
    for (size_t k = 0; k < list.size(); ++k) {
        const uint32_t low = Halide::bfloat16_t(list[k]).to_bits();
        const uint32_t high = Halide::bfloat16_t(list[list.size() - 1 - k]).to_bits();
        ASSERT_EQ(found(int(k)), low | high << 16) << list[k];
    }
}

TEST(TensorCore, ExponentialsAreThoseOfTheLibrary) {
    const TensorCore core{TensorType::tf32, Lanes::spelled_out};
    Var i;
    Func f;
    f(i) = core.exp(Halide::cast<float>(i) * -0.37f);
    const Buffer<float> found = f.realize({200});
    for (int k = 0; k < 200; ++k) {
        EXPECT_NEAR(found(k) / std::exp(k * -0.37), 1, 1e-5) << k;
    }
}

TEST(TensorCore, DeviceFormCallsOneFunctionAResult) {
    const TensorCore core{TensorType::bf16, Lanes::device};
    const auto one = [](const Expr &, int) { return Halide::cast<uint32_t>(1); };
    const auto zero = [](const Expr &, int) { return Expr(0.0f); };
    const auto registers = core.multiply_add(one, one, zero, 0);
    for (int reg = 0; reg < TensorCore::d_registers; ++reg) {
        const auto *call = registers[reg].as<Halide::Internal::Call>();
        ASSERT_NE(call, nullptr);
        EXPECT_EQ(call->name, "haliclr_mma_m16n8k16_bf16_d" + std::to_string(reg));
        EXPECT_EQ(call->args.size(), 10u);
    }
}

} // namespace
} // namespace haliclr
