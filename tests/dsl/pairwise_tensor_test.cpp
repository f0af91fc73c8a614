// The passes on tensor cores, unscheduled, against exact sums of rounded factors and against the
// algorithm that rounds none.
#include "tests/dsl/pairwise_tensor_case.h"

#include <bit>
#include <stdexcept>

namespace haliclr {
namespace {

using dsl::TensorType;
using Halide::Buffer;

constexpr int block_rows = 16;

// As the type holds it; of tf32 only numbers that are not ties.
double rounded(float value, TensorType type) {
    if (type == TensorType::bf16) {
        return float(Halide::bfloat16_t(value));
    }
    return std::bit_cast<float>((std::bit_cast<uint32_t>(value) + 0x1000u) & ~0x1fffu);
}

TEST(PairwiseTensor, SimilaritiesAreSumsOfRoundedProducts) {
    for (TensorType type : {TensorType::tf32, TensorType::bf16}) {
        const auto passes = unscheduled_tensor(type, block_rows);
        const int rows = 38, columns = 96, blocks = (rows + block_rows - 1) / block_rows;
        Buffer<float> unit = pairs(rows, columns);
        unit.for_each_value([](float &value) { value *= 0.1f; });
        passes->unit.set(unit);
        const Buffer<float> found =
            passes->forward.tensor.similarity.realize({block_rows, block_rows, blocks, 2});
        for (int b = 0; b < blocks; ++b) {
            for (int o = 0; o < 2; ++o) {
                for (int i = 0; i < block_rows; ++i) {
                    for (int j = 0; j < block_rows; ++j) {
                        const int row = b * block_rows + i;
                        const int other = (b + o) % blocks * block_rows + j;
                        double expected = 0;
                        for (int d = 0; std::max(row, other) < rows && d < columns; ++d) {
                            expected += rounded(unit(d, row), type) * rounded(unit(d, other), type);
                        }
                        ASSERT_NEAR(found(j, i, b, o), expected, 1e-6) << row << " " << other;
                    }
                }
            }
        }
    }
}

TEST(PairwiseTensor, StaysWithinItsRoundingOfTheAlgorithm) {
    const auto exact = unscheduled("ntxent", block_rows);
    for (TensorType type : {TensorType::tf32, TensorType::bf16}) {
        const auto passes = unscheduled_tensor(type, block_rows);
        for (int rows : {2, 6, 30, 32, 34, 94}) {
            for (int columns : {3, 33, 128}) {
                for (double temperature : {0.1, 0.5}) {
                    SCOPED_TRACE(testing::Message() << rows << " rows, " << columns
                                                    << " columns, temperature " << temperature);
                    const Buffer<float> z = pairs(rows, columns, rows + columns);
                    expect_within_rounding(passes->run(z, temperature, 0.75),
                                           exact->run(z, {"ntxent", temperature}, 0.75), type,
                                           temperature, 0.75);
                }
            }
        }
    }
}

TEST(PairwiseTensor, RefusesBlocksThatFragmentsDoNotFill) {
    EXPECT_THROW(TensorPasses(TensorType::tf32, 24), std::invalid_argument);
    EXPECT_THROW(TensorPasses(TensorType::tf32, 0), std::invalid_argument);
}

} // namespace
} // namespace haliclr
