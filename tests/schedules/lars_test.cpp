// Each schedule of LARS against plain loops in double and against the unscheduled algorithm's order
// of sums, in place as the runtime calls it.
#include "schedules/lars.h"
#include "tests/dsl/lars_case.h"

#include <gtest/gtest.h>

#include <functional>

namespace haliclr {
namespace {

using Halide::Buffer;
using Halide::Func;
using testing::LarsCase;
using testing::LarsRates;

using Schedule = std::function<void(dsl::Lars &)>;

constexpr int chunk = dsl::lars_chunk;

Schedule unscheduled() {
    return [](dsl::Lars &lars) {
        lars.chunk_squares.compute_root();
        lars.ratio.compute_root();
    };
}

struct Step {
    Buffer<float, 1> params, momenta;
};

// One step; `in_place`: the outputs are the inputs.
Step run(LarsCase &lars, const Schedule &schedule, const Halide::Target &target, bool in_place) {
    const LarsRates rates;
    const int total = static_cast<int>(lars.params.size());
    const int chunks = static_cast<int>(lars.chunk_tensor.size());
    const int tensors = static_cast<int>(lars.sizes.size());
    Buffer<float, 1> params(lars.params.data(), total), grads(lars.grads.data(), total);
    Buffer<float, 1> momenta(lars.momenta.data(), total);
    Buffer<int32_t, 1> chunk_tensor(lars.chunk_tensor.data(), chunks);
    Buffer<int32_t, 2> table(lars.tensors.data(), dsl::lars_tensor_columns, tensors + 1);
    for (auto *buffer : {&params, &grads, &momenta}) {
        buffer->set_host_dirty();
    }
    chunk_tensor.set_host_dirty();
    table.set_host_dirty();
    Halide::Param<int> elements("elements", total); // not a constant: see tests/dsl/lars_test.cpp
    auto scalar = [](double value) { return Halide::Expr(static_cast<float>(value)); };
    dsl::Lars algorithm({Func(params), Func(grads), Func(momenta), Func(chunk_tensor), Func(table),
                         elements, chunks, tensors},
                        {scalar(rates.trust), scalar(rates.weight_decay), scalar(rates.momentum),
                         scalar(rates.gain), scalar(rates.rate)});
    schedule(algorithm);
    Step step{Buffer<float, 1>(total), Buffer<float, 1>(total)};
    if (in_place) {
        step = {params, momenta};
    }
    algorithm.step.realize({step.params, step.momenta}, target);
    step.params.copy_to_host();
    step.momenta.copy_to_host();
    return {step.params.copy(), step.momenta.copy()};
}

std::vector<LarsCase> cases() {
    std::vector<LarsCase> list;
    for (int size : {1, 31, 1023, 1025, 4099}) {
        list.emplace_back(std::vector<int>{size}, std::vector<int>{1}, chunk, true);
    }
    list.emplace_back(std::vector<int>{0, 1, 37, 1024, 5 * 1024 + 13, 0, 150001},
                      std::vector<int>{1, 0, 1, 1, 1, 0, 1}, chunk);
    list.emplace_back(std::vector<int>(211, 5), std::vector<int>(211, 1), chunk);
    return list;
}

void expect_equal(const Schedule &schedule, const Halide::Target &target) {
    for (const LarsCase &original : cases()) {
        const auto expected = testing::lars_in_double(original, LarsRates{});
        LarsCase plain = original;
        const Step reference = run(plain, unscheduled(), Halide::get_host_target(), false);
        for (bool in_place : {false, true}) {
            LarsCase lars = original;
            const Step found = run(lars, schedule, target, in_place);
            for (int i = 0; i < found.params.dim(0).extent(); ++i) {
                const double bound = 1e-5 * (1 + std::abs(expected.params[i]));
                ASSERT_NEAR(found.params(i), expected.params[i], bound) << "w at " << i;
                ASSERT_NEAR(found.params(i), reference.params(i), bound) << "w at " << i;
                ASSERT_NEAR(found.momenta(i), expected.momenta[i], 1e-5) << "v at " << i;
            }
        }
    }
}

TEST(LarsSchedules, Cpu) {
    const Halide::Target host = Halide::get_host_target();
    expect_equal([](dsl::Lars &lars) { schedules::lars_cpu(lars, {}); }, host);
    expect_equal([](dsl::Lars &lars) { schedules::lars_cpu(lars, {16, 1}); }, host);
    expect_equal([](dsl::Lars &lars) { schedules::lars_cpu(lars, {4, 7}); }, host);
}

TEST(LarsSchedules, OpenCl) {
    const auto target = Halide::get_host_target().with_feature(Halide::Target::OpenCL);
    if (!Halide::host_supports_target_device(target)) {
        GTEST_SKIP() << "no OpenCL device";
    }
    expect_equal([](dsl::Lars &lars) { schedules::lars_opencl(lars, {}); }, target);
}

TEST(LarsSchedules, Cuda) {
    const auto target = Halide::get_host_target()
                            .with_feature(Halide::Target::CUDA)
                            .with_feature(Halide::Target::CUDACapability80);
    if (!Halide::host_supports_target_device(target)) {
        GTEST_SKIP() << "no CUDA device";
    }
    expect_equal([](dsl::Lars &lars) { schedules::lars_cuda(lars, {}); }, target);
}

TEST(LarsSchedules, RefuseTunablesOutOfRange) {
    LarsCase lars({5}, {1}, chunk);
    auto with = [&](const Schedule &schedule) {
        run(lars, schedule, Halide::get_host_target(), false);
    };
    EXPECT_THROW(with([](dsl::Lars &l) {
                     schedules::lars_cpu(l, {5, 32});
                 }),
                 std::invalid_argument);
    EXPECT_THROW(with([](dsl::Lars &l) { schedules::lars_cpu(l, {8, 0}); }), std::invalid_argument);
    EXPECT_THROW(with([](dsl::Lars &l) {
                     schedules::lars_cuda(l, {33, 256});
                 }),
                 std::invalid_argument);
    EXPECT_THROW(with([](dsl::Lars &l) {
                     schedules::lars_cuda(l, {8, 192});
                 }),
                 std::invalid_argument);
    EXPECT_THROW(with([](dsl::Lars &l) {
                     schedules::lars_opencl(l, {9, 128});
                 }),
                 std::invalid_argument);
    EXPECT_THROW(with([](dsl::Lars &l) {
                     schedules::lars_opencl(l, {4, 512});
                 }),
                 std::invalid_argument);
}

} // namespace
} // namespace haliclr
