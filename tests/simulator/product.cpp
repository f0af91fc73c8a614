// Fragments by the tables of the PTX ISA, "Matrix fragments for mma.m16n8k8" (tf32) and
// "... mma.m16n8k16" (bf16), element by element; not by the words that the project's own
// description of a fragment counts in.
#include "tests/simulator/product.h"

#include <bit>

namespace haliclr::simulator {

namespace {

constexpr int rows = 16, columns = 8, most_depth = 16;
constexpr int results = 4, words_of_a = 4, words_of_b = 2;

struct Matrices {
    double a[rows][most_depth], b[most_depth][columns], c[rows][columns];
};

float tf32(uint64_t word) {
    return std::bit_cast<float>(static_cast<uint32_t>(word) & ~0x1fffU);
}

float bf16(uint64_t word, int half) {
    const auto bits = static_cast<uint32_t>(word >> (16 * half)) & 0xffff;
    return std::bit_cast<float>(bits << 16);
}

// groupID and threadID_in_group of the ISA are `group` and `thread`.
void read_tf32(Matrices &m, int group, int thread, const uint64_t *a, const uint64_t *b) {
    for (int i = 0; i < words_of_a; ++i) {
        const int row = i == 0 || i == 2 ? group : group + 8;
        const int column = i < 2 ? thread : thread + 4;
        m.a[row][column] = tf32(a[i]);
    }
    for (int i = 0; i < words_of_b; ++i) {
        m.b[i == 0 ? thread : thread + 4][group] = tf32(b[i]);
    }
}

// Elements a0 .. a7 and b0 .. b3, two in each word, the first in its low half.
void read_bf16(Matrices &m, int group, int thread, const uint64_t *a, const uint64_t *b) {
    for (int i = 0; i < 2 * words_of_a; ++i) {
        const int row = (i < 2) || (i >= 4 && i < 6) ? group : group + 8;
        const int column = thread * 2 + (i & 1) + (i < 4 ? 0 : 8);
        m.a[row][column] = bf16(a[i / 2], i % 2);
    }
    for (int i = 0; i < 2 * words_of_b; ++i) {
        m.b[thread * 2 + (i & 1) + (i < 2 ? 0 : 8)][group] = bf16(b[i / 2], i % 2);
    }
}

int row_of_result(int group, int i) {
    return i < 2 ? group : group + 8;
}
int column_of_result(int thread, int i) {
    return thread * 2 + (i & 1);
}

} // namespace

void multiply(const Instruction &product, const std::array<uint64_t *, warp_lanes> &registers) {
    Matrices m{};
    const bool is_tf32 = product.factor == Factor::tf32;
    const uint32_t *const operands = product.operands.data();
    for (int lane = 0; lane < warp_lanes; ++lane) {
        uint64_t words[words_of_a + words_of_b + results];
        for (int k = 0; k < words_of_a + words_of_b + results; ++k) {
            words[k] = registers[lane][operands[results + k]];
        }
        const int group = lane / 4, thread = lane % 4;
        (is_tf32 ? read_tf32 : read_bf16)(m, group, thread, words, words + words_of_a);
        for (int i = 0; i < results; ++i) {
            m.c[row_of_result(group, i)][column_of_result(thread, i)] =
                std::bit_cast<float>(static_cast<uint32_t>(words[words_of_a + words_of_b + i]));
        }
    }
    const int depth = is_tf32 ? 8 : 16;
    for (int lane = 0; lane < warp_lanes; ++lane) {
        for (int i = 0; i < results; ++i) {
            const int row = row_of_result(lane / 4, i), column = column_of_result(lane % 4, i);
            double sum = m.c[row][column];
            for (int k = 0; k < depth; ++k) {
                sum += m.a[row][k] * m.b[k][column];
            }
            registers[lane][operands[i]] = std::bit_cast<uint32_t>(static_cast<float>(sum));
        }
    }
}

} // namespace haliclr::simulator
