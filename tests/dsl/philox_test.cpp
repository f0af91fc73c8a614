// Philox4x32-10 against the known answers of Random123, on the CPU and through OpenCL.
#include "dsl/philox.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace {

using namespace haliclr::dsl;
using Halide::Buffer;
using Halide::Expr;
using Halide::Target;
using Halide::Var;

struct KnownAnswer {
    std::array<uint32_t, 6> counter_and_key;
    std::array<uint32_t, 4> words;
};

// Rows of kat_vectors of the Random123 distribution for philox4x32, 10 rounds.
const KnownAnswer known_answers[] = {
    {{0, 0, 0, 0, 0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
    {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
     {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
    {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0},
     {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
};

bool has_opencl_device() {
    const Target target = Halide::get_host_target().with_feature(Target::OpenCL);
    return Halide::host_supports_target_device(target);
}

void expect_known_answers(const Target &target) {
    constexpr int count = std::size(known_answers);
    Buffer<uint32_t> inputs(6, count);
    for (int row = 0; row < count; row++) {
        std::copy_n(known_answers[row].counter_and_key.begin(), 6, &inputs(0, row));
    }
    inputs.set_host_dirty();
    Var word("word"), row("row");
    const auto input = [&](int i) { return Expr(inputs(i, row)); };
    const auto words = philox4x32({input(0), input(1), input(2), input(3)}, {input(4), input(5)});
    Halide::Func random("random");
    random(word, row) = mux(word, {words[0], words[1], words[2], words[3]});
    if (target.has_gpu_feature()) {
        Var block("block"), thread("thread");
        random.gpu_tile(row, block, thread, count);
    }
    Buffer<uint32_t> result = random.realize({4, count}, target);
    result.copy_to_host();
    result.for_each_element([&](int word, int row) {
        EXPECT_EQ(result(word, row), known_answers[row].words[word]) << "row " << row;
    });
}

TEST(Philox, KnownAnswers) {
    expect_known_answers(Halide::get_jit_target_from_environment());
}

TEST(Philox, KnownAnswersThroughOpencl) {
    if (!has_opencl_device()) {
        GTEST_SKIP() << "no OpenCL device";
    }
    expect_known_answers(Halide::get_host_target().with_feature(Target::OpenCL));
}

// The value of an expression of one word, for each of these words.
template <typename T, typename Make>
std::vector<T> for_words(std::vector<uint32_t> words, Make make) {
    Buffer<uint32_t> input(words.data(), static_cast<int>(words.size()));
    Var i("i");
    Halide::Func func("func");
    func(i) = make(Expr(input(i)));
    Buffer<T> result = func.realize({input.width()});
    return {result.begin(), result.end()};
}

TEST(Philox, UniformNumbersStayInTheirRange) {
    const std::vector<uint32_t> words = {0, 1u << 31, 0xffffffff};
    const auto unit = for_words<float>(words, [](Expr word) { return unit_uniform(word); });
    EXPECT_EQ(unit, (std::vector<float>{0, 0.5f, 1 - 0x1p-24f}));
    const auto below = for_words<int>(words, [](Expr word) { return uniform_below(word, 24); });
    EXPECT_EQ(below, (std::vector<int>{0, 12, 23}));
    const auto one = for_words<int>(words, [](Expr word) { return uniform_below(word, 1); });
    EXPECT_EQ(one, (std::vector<int>{0, 0, 0}));
    const auto between =
        for_words<float>(words, [](Expr word) { return uniform_between(word, -2.0f, 2.0f); });
    EXPECT_EQ(between[0], -2);
    EXPECT_EQ(between[1], 0);
    EXPECT_LT(between[2], 2);
}

TEST(Philox, CertainAndImpossibleEvents) {
    const std::vector<uint32_t> words = {0, 1u << 31, 0xffffffff};
    const auto with = [&](float probability) {
        return for_words<int>(
            words, [&](Expr word) { return Halide::cast<int>(happens(word, probability)); });
    };
    EXPECT_EQ(with(0), (std::vector<int>{0, 0, 0}));
    EXPECT_EQ(with(1), (std::vector<int>{1, 1, 1}));
    EXPECT_EQ(with(0.5f), (std::vector<int>{1, 0, 0}));
}

} // namespace
