// Bounds from work and rates, and the work that problems count.
#include "tuner/bound.h"

#include "dsl/view_sequence.h"
#include "tuner/problem.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace haliclr::tuner {
namespace {

Work work_of(const std::string &name, const Shape &shape, const Inputs &inputs = {}) {
    for (const Kernel &kernel : kernels()) {
        if (kernel.name == name) {
            return make_problem(kernel, shape, find_machine("cpu", 1), inputs, 1)->work();
        }
    }
    ADD_FAILURE() << "no kernel " << name;
    return {};
}

TEST(TunerBound, IsTheLongerOfBytesAndFlop) {
    const Work work{2e9, "all bytes", 3e9, "all flop"};
    const auto by_bytes = bound_of(work, 10, 100), by_flop = bound_of(work, 1000, 10);
    ASSERT_TRUE(by_bytes && by_flop);
    EXPECT_DOUBLE_EQ(by_bytes->milliseconds, 200);
    EXPECT_EQ(by_bytes->of, "all bytes at the memory rate, 10 GB/s");
    EXPECT_DOUBLE_EQ(by_flop->milliseconds, 300);
    EXPECT_EQ(by_flop->of, "all flop at the fp32 peak, 10 GFLOP/s");
    EXPECT_DOUBLE_EQ(by_flop->reached(600), 50);
    EXPECT_FALSE(bound_of({}, 10, 10));
}

TEST(TunerBound, LossesCountTheirProducts) {
    Shape shape;
    shape.rows = 64;
    shape.columns = 128;
    const double product = 64 * 64 * 128;
    EXPECT_EQ(work_of("ntxent_forward", shape).flop, product);
    EXPECT_EQ(work_of("pairwise_tiles", shape).flop, product);
    EXPECT_EQ(work_of("ntxent_backward", shape).flop, 3 * product);
    EXPECT_EQ(work_of("ntxent_backward", shape).flop_of, "3*M*M*D flop");
    EXPECT_EQ(work_of("ntxent_backward_tiles", shape).flop, 2 * product);
    EXPECT_EQ(work_of("ntxent_forward_tiles", shape).flop, 0);
    EXPECT_EQ(work_of("unit_rows", shape).bytes, 4 * (2 * 64 * 128 + 64));
}

TEST(TunerBound, TensorCoresHaveAPeakOfTheirOwn) {
    Shape shape;
    shape.rows = 64;
    shape.columns = 128;
    Work work = work_of("ntxent_backward_tensor_bf16", shape);
    EXPECT_EQ(work.flop, 3.0 * 64 * 64 * 128);
    EXPECT_EQ(work.factors, "bf16");
    EXPECT_EQ(work_of("ntxent_forward_tensor_tf32", shape).factors, "tf32");
    EXPECT_EQ(work_of("ntxent_forward", shape).factors, "fp32");
    work.bytes = 0;
    EXPECT_EQ(bound_of(work, 1, 123.4)->of,
              "3*M*M*D flop at the bf16 peak of tensor cores, 123 GFLOP/s");
}

TEST(TunerBound, ViewsCountWhatTheirDrawsTake) {
    Shape shape;
    shape.images = 1;
    shape.source = 32;
    // The draws of two views that take a crop, and one grey beside it.
    Inputs inputs{1, std::vector<float>(2 * dsl::draw_column_count, 0)};
    for (const int view : {0, 1}) {
        float *draws = inputs.draws.data() + view * dsl::draw_column_count;
        draws[static_cast<int>(dsl::DrawColumn::crop_width)] = 32;
        draws[static_cast<int>(dsl::DrawColumn::crop_height)] = 32;
        draws[static_cast<int>(dsl::DrawColumn::grey)] = static_cast<float>(view);
        draws[static_cast<int>(dsl::DrawColumn::threshold)] = 2;
    }
    const Work work = work_of("views_32", shape, inputs);
    EXPECT_EQ(work.flop, 2 * 3 * 2 * (2 + 2) * 32 * 32 + 5 * 32 * 32);
    EXPECT_GE(work.bytes, 3 * 32 * 32 * (1 + 2 * 4));
}

TEST(TunerBound, UpdatesCountBytesAParameter) {
    Shape shape;
    shape.parameters = 1 << 16;
    EXPECT_EQ(work_of("lars", shape).bytes_of, "28 bytes a parameter");
    EXPECT_EQ(work_of("lars_carried", shape).bytes_of, "24 bytes a parameter");
    EXPECT_EQ(work_of("momentum_sgd", shape).bytes_of, "24 bytes a parameter");
    EXPECT_EQ(work_of("lars_bfloat16", shape).bytes_of, "26 bytes a parameter");
    EXPECT_GE(work_of("lars", shape).bytes, 28.0 * (1 << 16));
}

TEST(TunerBound, RoofsOfTheCpuAreMeasured) {
    Roofs roofs(find_machine("cpu", 1), 60);
    const auto bound = roofs.bound({1e6, "bytes", 1e6, "flop"});
    ASSERT_TRUE(bound);
    EXPECT_GT(bound->milliseconds, 0);
    EXPECT_FALSE(roofs.bound({}));
}

TEST(TunerBound, RoofsOfAnOpenclDeviceAreMeasured) {
    Machine machine;
    try {
        machine = find_machine("opencl", 1);
    } catch (const std::exception &error) {
        GTEST_SKIP() << error.what();
    }
    Roofs roofs(machine, 120);
    const auto by_bytes = roofs.bound({1e6, "bytes", 0, ""});
    const auto by_flop = roofs.bound({0, "", 1e9, "flop"});
    ASSERT_TRUE(by_bytes && by_flop);
    EXPECT_GT(by_bytes->milliseconds, 0);
    EXPECT_EQ(by_flop->of.find("flop at the fp32 peak, "), 0u) << by_flop->of;
}

TEST(TunerBound, ADeviceThatFailsIsAskedOnce) {
    Machine machine = find_machine("cpu", 1);
    machine.backend = "opencl"; // with the target of the CPU: no such kernel
    machine.target = "no-such-target";
    Roofs roofs(machine, 20);
    std::string first;
    for (int i = 0; i < 2; ++i) {
        try {
            roofs.bound({1e6, "bytes", 0, ""});
            FAIL() << "measured what cannot run";
        } catch (const std::runtime_error &error) {
            EXPECT_TRUE(first.empty() || first == error.what());
            first = error.what();
        }
    }
    EXPECT_FALSE(first.empty());
}

} // namespace
} // namespace haliclr::tuner
