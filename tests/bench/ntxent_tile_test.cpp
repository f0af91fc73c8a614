// The hand-written NT-Xent kernels, thread by thread on the CPU, against loops in double.
#include "bench/cuda/ntxent_tile.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace haliclr::bench::cuda {
namespace {

constexpr double temperature = 0.1;
const float scale = static_cast<float>(1 / (temperature * std::log(2.0)));

std::vector<float> random_unit_rows(int rows) {
    std::mt19937 random(7);
    std::normal_distribution<float> normal;
    std::vector<float> unit(static_cast<size_t>(rows) * columns);
    for (int row = 0; row < rows; ++row) {
        double squares = 0;
        for (int k = 0; k < columns; ++k) {
            float &value = unit[row * columns + k] = normal(random);
            squares += double{value} * value;
        }
        for (int k = 0; k < columns; ++k) {
            unit[row * columns + k] /= static_cast<float>(std::sqrt(squares));
        }
    }
    return unit;
}

struct Reference {
    std::vector<double> log2_sums,
        gradients; // [rows], [rows, columns] up to 1 / (rows temperature)

    explicit Reference(const std::vector<float> &unit)
        : unit(unit), rows(static_cast<int>(unit.size()) / columns) {
        for (int i = 0; i < rows; ++i) {
            double sum = 0;
            for (int j = 0; j < rows; ++j) {
                sum += i == j ? 0 : std::exp(similarity(i, j));
            }
            log2_sums.push_back(std::log2(sum));
        }
        gradients.assign(unit.size(), 0);
        for (int i = 0; i < rows; ++i) {
            for (int j = 0; j < rows; ++j) {
                add(i, j);
            }
        }
    }

private:
    const std::vector<float> &unit;
    int rows;

    double similarity(int i, int j) const {
        double sum = 0;
        for (int k = 0; k < columns; ++k) {
            sum += double{unit[i * columns + k]} * unit[j * columns + k];
        }
        return sum / temperature;
    }

    void add(int i, int j) {
        const double logit = similarity(i, j) / std::log(2.0);
        const double weight = i == j ? 0
                                     : std::exp2(logit - log2_sums[i]) +
                                           std::exp2(logit - log2_sums[j]) -
                                           (std::abs(i - j) == rows / 2 ? 2 : 0);
        for (int k = 0; k < columns; ++k) {
            gradients[i * columns + k] += weight * unit[j * columns + k];
        }
    }
};

struct alignas(16) SharedMemory {
    float rows[operand_floats], columns[operand_floats], weights[weight_floats];
};

// One block of the kernels: each loop over threads is what lies between two barriers.
class Block {
public:
    Block(const std::vector<float> &unit, int first)
        : unit(unit), rows(static_cast<int>(unit.size()) / columns), first(first) {
        load(shared.rows, first);
    }

    // log2 of the sums of the block's rows.
    std::vector<float> log_sums() {
        std::vector<LogSum> totals(tile);
        std::vector<LogSum> sums(static_cast<size_t>(threads) * thread_rows);
        for (int at = 0; at < rows; at += tile) {
            load(shared.columns, at);
            for (int thread = 0; thread < threads; ++thread) {
                auto &own = *reinterpret_cast<LogSum(*)[thread_rows]>(&sums[thread * thread_rows]);
                const Place place = place_of(thread);
                add_similarities(own, similarities(shared.rows, shared.columns, place),
                                 {first, at, rows, scale}, place);
            }
        }
        for (int thread = 0; thread < threads; ++thread) {
            for (int r = 0; r < thread_rows; ++r) {
                LogSum &total = totals[place_of(thread).row + r];
                total = merged(total, sums[thread * thread_rows + r]);
            }
        }
        std::vector<float> logs;
        for (int row = 0; row < tile && first + row < rows; ++row) {
            logs.push_back(log2_of(totals[row]));
        }
        return logs;
    }

    // [tile, columns].
    std::vector<float> gradients(const std::vector<float> &log_sums) {
        std::vector<Gradient> parts(threads);
        for (int at = 0; at < rows; at += tile) {
            load(shared.columns, at);
            for (int thread = 0; thread < threads; ++thread) {
                const Place place = place_of(thread);
                store_weights(shared.weights, similarities(shared.rows, shared.columns, place),
                              log_sums.data(), {first, at, rows, scale}, place);
            }
            for (int thread = 0; thread < threads; ++thread) {
                add_gradient(parts[thread], shared.weights, shared.columns, place_of(thread));
            }
        }
        std::vector<float> result(static_cast<size_t>(tile) * columns);
        for (int thread = 0; thread < threads; ++thread) {
            const Place place = place_of(thread);
            for (int r = 0; r < thread_rows; ++r) {
                for (int f = 0; f < thread_features; ++f) {
                    result[(place.row + r) * columns + place.lane + f * across] =
                        parts[thread].at[r][f];
                }
            }
        }
        return result;
    }

private:
    const std::vector<float> &unit;
    int rows, first;
    SharedMemory shared;

    void load(float *operand, int from) {
        for (int thread = 0; thread < threads; ++thread) {
            load_transposed(operand, unit.data(), from, rows, thread);
        }
    }
};

class NtxentTile : public testing::TestWithParam<int> {};

TEST_P(NtxentTile, EqualsLoopsInDouble) {
    const int rows = GetParam();
    const std::vector<float> unit = random_unit_rows(rows);
    const Reference reference(unit);
    std::vector<float> log_sums;
    for (int first = 0; first < rows; first += tile) {
        for (const float sum : Block(unit, first).log_sums()) {
            EXPECT_NEAR(sum, reference.log2_sums[log_sums.size()], 1e-5);
            log_sums.push_back(sum);
        }
    }
    ASSERT_EQ(log_sums.size(), static_cast<size_t>(rows));
    for (int first = 0; first < rows; first += tile) {
        const std::vector<float> gradients = Block(unit, first).gradients(log_sums);
        for (int i = 0; i < std::min(tile, rows - first) * columns; ++i) {
            ASSERT_NEAR(gradients[i], reference.gradients[first * columns + i], 2e-5);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Rows, NtxentTile, testing::Values(2, 64, 66, 150, 256));

TEST(LogSum, SumsWithoutOverflow) {
    const LogSum large{300, 1.5f}, small{-300, 1};
    EXPECT_FLOAT_EQ(log2_of(merged(large, small)), 300 + std::log2(1.5f));
    EXPECT_FLOAT_EQ(log2_of(merged(LogSum{}, small)), -300);
}

} // namespace
} // namespace haliclr::bench::cuda
