// Each schedule of unit rows against the unscheduled algorithm.
#include <gtest/gtest.h>

#include <functional>
#include <stdexcept>

#include "schedules/unit_rows.h"
#include "tests/dsl/pairwise_case.h"

namespace haliclr::schedules {
namespace {

using Halide::Buffer;
using Halide::Target;
using Schedule = std::function<void(dsl::UnitRows &)>;

struct Rows {
    Buffer<float> inverse_norms, unit;
};

// Compiled once for any size.
struct Kernel {
    Halide::ImageParam z{Halide::Float(32), 2};
    dsl::UnitRows rows{z, z.width()};
    Halide::Pipeline pipeline{{rows.inverse_norms, rows.unit}};
    Target target = Halide::get_host_target();

    Rows run(Buffer<float> input) {
        const int run = dsl::unit_row_alignment;
        Rows out{Buffer<float>(input.height()),
                 Buffer<float>((input.width() + run - 1) / run * run, input.height())};
        input.set_host_dirty();
        z.set(input);
        pipeline.realize({out.inverse_norms, out.unit}, target);
        out.inverse_norms.copy_to_host();
        out.unit.copy_to_host();
        return out;
    }
};

void agrees_at_every_size(const Schedule &schedule, const Target &target) {
    Kernel scheduled, reference;
    schedule(scheduled.rows);
    scheduled.target = target;
    reference.rows.norms.compute_root();
    for (int count : {1, 7, 130}) {
        for (int columns : {1, 3, 31, 32, 65, 130}) {
            const Buffer<float> z = pairs(2 * count, columns);
            const Rows found = scheduled.run(z), expected = reference.run(z);
            expected.unit.for_each_element([&](const int *at) {
                ASSERT_NEAR(found.unit(at), expected.unit(at), 1e-6) << columns << " columns";
            });
            expected.inverse_norms.for_each_element([&](const int *at) {
                ASSERT_NEAR(found.inverse_norms(at) / expected.inverse_norms(at), 1, 1e-6);
            });
        }
    }
}

TEST(UnitRowsCpu, AgreesWithTheAlgorithm) {
    for (const UnitRowsCpu &tuned : {UnitRowsCpu{4, 64}, UnitRowsCpu{8, 7}, UnitRowsCpu{16, 1}}) {
        agrees_at_every_size([&](dsl::UnitRows &rows) { unit_rows_cpu(rows, tuned); },
                             Halide::get_host_target());
    }
}

TEST(UnitRowsOpenCl, AgreesWithTheAlgorithm) {
    const Target target = Halide::get_host_target().with_feature(Target::OpenCL);
    if (!Halide::host_supports_target_device(target)) {
        GTEST_SKIP() << "no OpenCL device";
    }
    agrees_at_every_size([](dsl::UnitRows &rows) { unit_rows_opencl(rows, {}); }, target);
}

TEST(UnitRowsCuda, AgreesWithTheAlgorithm) {
    const Target target =
        Halide::get_host_target().with_feature(Target::CUDA).with_feature(Target::CUDACapability80);
    if (!Halide::host_supports_target_device(target)) {
        GTEST_SKIP() << "no CUDA device";
    }
    agrees_at_every_size([](dsl::UnitRows &rows) { unit_rows_cuda(rows, {}); }, target);
}

TEST(UnitRowsSchedules, RefuseTunablesOutOfRange) {
    Buffer<float> z(4, 4);
    dsl::UnitRows rows(Halide::Func(z), 4);
    EXPECT_THROW(unit_rows_cpu(rows, {5, 64}), std::invalid_argument);
    EXPECT_THROW(unit_rows_cpu(rows, {8, 0}), std::invalid_argument);
    EXPECT_THROW(unit_rows_cuda(rows, {0}), std::invalid_argument);
    EXPECT_THROW(unit_rows_opencl(rows, {1024}), std::invalid_argument);
}

} // namespace
} // namespace haliclr::schedules
