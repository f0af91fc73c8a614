// The schedule of the pairwise losses on tensor cores against the unscheduled algorithms: run on
// OpenCL with the intrinsics spelled out, compiled to PTX with those of the device.
#include <gtest/gtest.h>

#include <stdexcept>

#include "schedules/pairwise_tensor.h"
#include "tests/dsl/pairwise_tensor_case.h"

namespace haliclr::schedules {
namespace {

using dsl::Lanes;
using dsl::TensorType;
using Halide::Buffer;
using Halide::Target;
using Output = PairwiseOutput<float>;

std::unique_ptr<TensorPasses> scheduled(TensorType type, const PairwiseTensor &tuned,
                                        Lanes lanes = Lanes::spelled_out) {
    auto passes = std::make_unique<TensorPasses>(type, tuned.block_rows, lanes);
    pairwise_tensor_forward(passes->forward, tuned);
    pairwise_tensor_backward(passes->backward, tuned);
    passes->target.set_feature(Target::OpenCL);
    return passes;
}

bool has_opencl() {
    return Halide::host_supports_target_device(
        Halide::get_host_target().with_feature(Target::OpenCL));
}

// The same words are multiplied, so that only the order of sums differs; a weight whose last bits
// differ may round to the next number of its type.
void expect_same(const Output &out, const Output &expected, TensorType type, double temperature) {
    const double relative = 1e-6 + 5e-7 / temperature;
    for (int k = 0; k < 3; ++k) {
        EXPECT_NEAR(out.statistics(k), expected.statistics(k),
                    relative * std::max(1.0f, std::abs(expected.statistics(k))));
    }
    for (int i = 0; i < out.row_state.width(); ++i) {
        ASSERT_NEAR(out.row_state(i, 1) / expected.row_state(i, 1), 1, 4 * relative) << i;
    }
    expect_gradient(out, expected, relative + rounding_of(type) / 10, temperature, 1);
}

TEST(PairwiseTensorOpenCl, AgreesWithTheAlgorithm) {
    if (!has_opencl()) {
        GTEST_SKIP() << "no OpenCL device";
    }
    const PairwiseTensor tuned;
    const auto exact = unscheduled("ntxent", tuned.block_rows);
    for (TensorType type : {TensorType::tf32, TensorType::bf16}) {
        const auto passes = scheduled(type, tuned);
        const auto reference = unscheduled_tensor(type, tuned.block_rows);
        for (int rows : {2, 62, 64, 130, 254}) {
            for (int columns : {3, 33, 128, 130}) {
                SCOPED_TRACE(testing::Message() << rows << " rows, " << columns << " columns");
                const Buffer<float> z = pairs(rows, columns, rows + columns);
                const Output out = passes->run(z, 0.2);
                expect_same(out, reference->run(z, 0.2), type, 0.2);
                expect_within_rounding(out, exact->run(z, {"ntxent", 0.2}), type, 0.2, 1);
            }
        }
    }
}

TEST(PairwiseTensorOpenCl, AgreesWithOtherTunables) {
    if (!has_opencl()) {
        GTEST_SKIP() << "no OpenCL device";
    }
    const Buffer<float> z = pairs(198, 70);
    for (const PairwiseTensor &tuned :
         {PairwiseTensor{32, 2, 4, 1, 3}, PairwiseTensor{32, 1, 2, 2, 1},
          PairwiseTensor{64, 4, 4, 3, 2}, PairwiseTensor{64, 1, 4, 16, 16}}) {
        const auto passes = scheduled(TensorType::bf16, tuned);
        const auto reference = unscheduled_tensor(TensorType::bf16, tuned.block_rows);
        expect_same(passes->run(z, 0.5), reference->run(z, 0.5), TensorType::bf16, 0.5);
    }
}

TEST(PairwiseTensorOpenCl, TwoRunsHaveTheSameBits) {
    if (!has_opencl()) {
        GTEST_SKIP() << "no OpenCL device";
    }
    const auto passes = scheduled(TensorType::tf32, {});
    const Buffer<float> z = pairs(254, 31);
    const Output first = passes->run(z, 0.1), second = passes->run(z, 0.1);
    first.statistics.for_each_element(
        [&](int k) { EXPECT_EQ(second.statistics(k), first.statistics(k)); });
    first.dz.for_each_element([&](const int *at) { ASSERT_EQ(second.dz(at), first.dz(at)); });
}

TEST(PairwiseTensorSchedules, RefuseTunablesOutOfRange) {
    const auto refused = [](const PairwiseTensor &tuned) {
        EXPECT_THROW(scheduled(TensorType::tf32, tuned), std::invalid_argument);
    };
    refused({.block_rows = 48});
    refused({.block_rows = 96});
    refused({.warp_strips = 3});
    refused({.warp_strips = 0});
    refused({.warp_half_strips = 8});
    refused({.warp_strips = 1, .warp_half_strips = 1});
    refused({.sum_offsets = 0});
    refused({.weight_offsets = 0});
}

} // namespace
} // namespace haliclr::schedules
