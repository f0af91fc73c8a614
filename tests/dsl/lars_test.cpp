// The unscheduled LARS algorithm against plain loops in double.
#include "dsl/lars.h"
#include "tests/dsl/lars_case.h"

#include <gtest/gtest.h>

namespace haliclr {
namespace {

using Halide::Buffer;
using testing::LarsCase;
using testing::LarsRates;

// The second form, rate outside: v = m v + ratio u; w -= rate v.
const LarsRates pytorch_form{0.02, 0.1, 0.9, 1.0, 0.3};

template <typename T>
Buffer<T, 1> view(std::vector<T> &values) {
    return Buffer<T, 1>(values.data(), static_cast<int>(values.size()));
}

void expect_near(const Buffer<float, 1> &found, const std::vector<double> &expected,
                 const char *what) {
    for (int i = 0; i < found.dim(0).extent(); ++i) {
        const double bound = 1e-5 * (1 + std::abs(expected[i]));
        ASSERT_NEAR(found(i), expected[i], bound) << what << " at element " << i;
    }
}

void expect_step_in_double(LarsCase lars, const LarsRates &rates, int chunk) {
    const auto expected = testing::lars_in_double(lars, rates);
    Buffer<float, 1> params = view(lars.params), grads = view(lars.grads);
    Buffer<float, 1> momenta = view(lars.momenta);
    const int tensors = static_cast<int>(lars.sizes.size());
    Buffer<int32_t, 1> chunk_tensor = view(lars.chunk_tensor);
    Buffer<int32_t, 2> table(lars.tensors.data(), dsl::lars_tensor_columns, tensors + 1);
    const int total = params.dim(0).extent(), chunks = chunk_tensor.dim(0).extent();
    // A parameter, as in the kernel: with a constant Halide 21 drops the clamp of an index that the
    // predicate of its RDom already bounds, and then infers the bounds without that predicate.
    Halide::Param<int> elements("elements", total);
    auto scalar = [](double value) { return Halide::Expr(static_cast<float>(value)); };

    dsl::Lars algorithm({Halide::Func(params), Halide::Func(grads), Halide::Func(momenta),
                         Halide::Func(chunk_tensor), Halide::Func(table), elements, chunks,
                         tensors},
                        {scalar(rates.trust), scalar(rates.weight_decay), scalar(rates.momentum),
                         scalar(rates.gain), scalar(rates.rate)},
                        chunk);
    // Inlined, every element would sum its tensor again.
    algorithm.chunk_squares.compute_root();
    algorithm.ratio.compute_root();
    Halide::Realization result = algorithm.step.realize({total});
    expect_near(Buffer<float, 1>(result[0]), expected.params, "w");
    expect_near(Buffer<float, 1>(result[1]), expected.momenta, "v");
}

TEST(LarsAlgorithm, EmptyOneOddAndLargeTensors) {
    for (const LarsRates &rates : {LarsRates{}, pytorch_form}) {
        expect_step_in_double({{0, 1, 1024, 1025, 31, 0, 70001}, {1, 1, 1, 1, 1, 1, 1}, 1024},
                              rates, 1024);
    }
}

TEST(LarsAlgorithm, LastChunkCutShort) {
    for (int size : {1, 3, 1023, 1024, 2049}) {
        expect_step_in_double({{size}, {1}, 1024, true}, LarsRates{}, 1024);
    }
}

TEST(LarsAlgorithm, HundredsOfTinyTensors) {
    std::vector<int> sizes, adapt;
    for (int t = 0; t < 300; ++t) {
        sizes.push_back(1 + t % 67);
        adapt.push_back(t % 3 != 0);
    }
    expect_step_in_double({sizes, adapt, 64}, LarsRates{}, 64);
    expect_step_in_double({sizes, adapt, 64}, pytorch_form, 64);
}

TEST(LarsAlgorithm, ZeroNormGivesRatioOne) {
    LarsCase lars({40, 40, 40}, {1, 1, 0}, 32);
    lars.fill(lars.params, 0, 0.0f);
    lars.fill(lars.params, 1, 0.0f);
    lars.fill(lars.grads, 1, 0.0f);
    lars.fill(lars.grads, 2, 0.0f);
    expect_step_in_double(lars, LarsRates{}, 32);
}

TEST(LarsAlgorithm, TensorsThatDoNotAdaptGetNeitherDecayNorRatio) {
    expect_step_in_double({{100, 100}, {0, 1}, 64}, LarsRates{}, 64);
}

TEST(LarsAlgorithm, RefusesAChunkThatIsNoMultipleOfTheStrands) {
    EXPECT_THROW(expect_step_in_double({{8}, {1}, 48}, LarsRates{}, 48), std::invalid_argument);
}

} // namespace
} // namespace haliclr
