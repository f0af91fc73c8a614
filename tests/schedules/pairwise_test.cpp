// Each NT-Xent schedule against the unscheduled algorithm (one loop nest a Func) at the same block
// size.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <random>
#include <stdexcept>
#include <tuple>
#include <vector>

#include "dsl/ntxent.h"
#include "schedules/ntxent.h"

namespace haliclr::schedules {
namespace {

using Halide::Buffer;
using Halide::Func;
using Halide::Target;

struct Output {
    Buffer<float> statistics, sums, inverse_norms, dz;
};

// Runs parallel loops on the calling thread, last task first.
int last_task_first(Halide::JITUserContext *context,
                    int (*task)(Halide::JITUserContext *, int, uint8_t *), int first, int count,
                    uint8_t *closure) {
    for (int i = first + count - 1; i >= first; --i) {
        if (const int error = task(context, i, closure)) {
            return error;
        }
    }
    return 0;
}

// Both directions for z of any size, compiled once for a target.
struct Kernels {
    Halide::ImageParam z{Halide::Float(32), 2}, sums{Halide::Float(32), 1};
    Halide::ImageParam inverse_norms{Halide::Float(32), 1};
    Halide::Param<float> inverse_temperature, gradient;
    dsl::NtXentSizes sizes;
    dsl::NtXentForward forward;
    dsl::NtXentBackward backward;
    Halide::Pipeline saved, slope;
    Target target = Halide::get_host_target();

    explicit Kernels(int block_rows)
        : sizes{z.height(), z.width(), block_rows}, forward(z, sizes, inverse_temperature),
          backward(z, sums, inverse_norms, sizes, inverse_temperature, gradient),
          saved({forward.statistics, forward.sums, forward.inverse_norms}), slope(backward.dz) {
        z.dim(0).set_min(0).dim(1).set_min(0);
    }

    void run_serially() {
        saved.jit_handlers().custom_do_par_for = last_task_first;
        slope.jit_handlers().custom_do_par_for = last_task_first;
    }

    Output run(Buffer<float> rows, float temperature) {
        Output out{Buffer<float>(3), Buffer<float>(rows.height()), Buffer<float>(rows.height()),
                   Buffer<float>(rows.width(), rows.height())};
        rows.set_host_dirty();
        z.set(rows);
        inverse_temperature.set(1 / temperature);
        gradient.set(0.75f);
        saved.realize({out.statistics, out.sums, out.inverse_norms}, target);
        sums.set(out.sums);
        inverse_norms.set(out.inverse_norms);
        slope.realize({out.dz}, target);
        for (Buffer<float> *buffer : {&out.statistics, &out.sums, &out.inverse_norms, &out.dz}) {
            buffer->copy_to_host();
        }
        return out;
    }
};

std::unique_ptr<Kernels> unscheduled(int block_rows) {
    auto kernels = std::make_unique<Kernels>(block_rows);
    dsl::NtXentForward &forward = kernels->forward;
    dsl::NtXentBackward &backward = kernels->backward;
    for (Func *f : {&forward.inverse_norms, &forward.unit_rows, &forward.similarity, &forward.terms,
                    &forward.row_sums, &forward.column_sums, &forward.totals, &forward.positive,
                    &forward.row_statistics, &backward.unit_rows, &backward.similarity,
                    &backward.weight, &backward.block_product, &backward.product,
                    &backward.unit_gradient, &backward.projection}) {
        f->compute_root();
    }
    return kernels;
}

std::unique_ptr<Kernels> on_cpu(const NtXentCpu &tuned) {
    auto kernels = std::make_unique<Kernels>(tuned.block_rows);
    ntxent_forward_cpu(kernels->forward, tuned);
    ntxent_backward_cpu(kernels->backward, tuned);
    return kernels;
}

std::unique_ptr<Kernels> on_opencl(const NtXentGpu &tuned) {
    auto kernels = std::make_unique<Kernels>(tuned.block_rows);
    ntxent_forward_opencl(kernels->forward, tuned);
    ntxent_backward_opencl(kernels->backward, tuned);
    kernels->target.set_feature(Target::OpenCL);
    return kernels;
}

std::unique_ptr<Kernels> on_cuda(const NtXentGpu &tuned) {
    auto kernels = std::make_unique<Kernels>(tuned.block_rows);
    ntxent_forward_cuda(kernels->forward, tuned);
    ntxent_backward_cuda(kernels->backward, tuned);
    kernels->target.set_feature(Target::CUDA);
    kernels->target.set_feature(Target::CUDACapability80);
    return kernels;
}

bool has_device(Target::Feature feature) {
    return Halide::host_supports_target_device(Halide::get_host_target().with_feature(feature));
}

Buffer<float> pairs(int rows, int columns) {
    Buffer<float> z(columns, rows);
    std::mt19937 bits(rows + columns);
    std::normal_distribution<float> normal;
    z.for_each_value([&](float &value) { value = normal(bits); });
    for (int i = 0; i < rows / 2; ++i) {
        for (int d = 0; d < columns; ++d) {
            z(d, i + rows / 2) += z(d, i);
        }
    }
    return z;
}

float largest_entry(const Buffer<float> &buffer) {
    float largest = 0;
    buffer.for_each_value(
        [&](const float &value) { largest = std::max(largest, std::abs(value)); });
    return largest;
}

void expect_near(const Buffer<float> &values, const Buffer<float> &expected, double bound) {
    expected.for_each_element(
        [&](const int *at) { ASSERT_NEAR(values(at), expected(at), bound) << "at " << at[0]; });
}

void expect_near(const Output &out, const Output &expected, float temperature) {
    const float relative = 2e-6f + 5e-7f / temperature;
    expect_near(out.statistics, expected.statistics,
                relative * std::max(1.0f, largest_entry(expected.statistics)));
    expect_near(out.inverse_norms, expected.inverse_norms,
                1e-6 * largest_entry(expected.inverse_norms));
    for (int i = 0; i < out.sums.width(); ++i) {
        ASSERT_NEAR(out.sums(i) / expected.sums(i), 1, relative) << "row " << i;
    }
    // Where the terms of the gradient cancel, their rounding is left.
    const float cancelled =
        relative * largest_entry(expected.inverse_norms) / (temperature * out.dz.height());
    expect_near(out.dz, expected.dz, cancelled + (1e-5f + relative) * largest_entry(expected.dz));
}

void agrees_at_every_size(Kernels &scheduled, Kernels &reference) {
    for (int rows : {2, 4, 6, 14, 62, 64, 130, 254}) {
        for (int columns : {1, 3, 16, 31, 128, 130}) {
            for (float temperature : {0.05f, 0.5f, 10.0f}) {
                SCOPED_TRACE(testing::Message() << rows << " rows, " << columns
                                                << " columns, temperature " << temperature);
                const Buffer<float> z = pairs(rows, columns);
                expect_near(scheduled.run(z, temperature), reference.run(z, temperature),
                            temperature);
                if (testing::Test::HasFatalFailure()) {
                    return;
                }
            }
        }
    }
}

class NtXentCpuSchedule : public testing::TestWithParam<NtXentCpu> {};

TEST_P(NtXentCpuSchedule, AgreesWithTheAlgorithm) {
    agrees_at_every_size(*on_cpu(GetParam()), *unscheduled(GetParam().block_rows));
}

INSTANTIATE_TEST_SUITE_P(, NtXentCpuSchedule,
                         testing::Values(ntxent_cpu_for(4), ntxent_cpu_for(8), ntxent_cpu_for(16),
                                         NtXentCpu{24, 8, 1, 3, 1}, NtXentCpu{48, 8, 3, 4, 5}));

TEST(NtXentCpu, BitsDoNotDependOnTheThreads) {
    const auto parallel = on_cpu(ntxent_cpu_for(8)), serial = on_cpu(ntxent_cpu_for(8));
    serial->run_serially();
    const Buffer<float> z = pairs(1022, 33);
    const Output first = parallel->run(z, 0.1f);
    for (const Output &again : {parallel->run(z, 0.1f), serial->run(z, 0.1f)}) {
        expect_near(again.statistics, first.statistics, 0);
        expect_near(again.sums, first.sums, 0);
        expect_near(again.inverse_norms, first.inverse_norms, 0);
        expect_near(again.dz, first.dz, 0);
    }
}

TEST(NtXentCpu, RowsMayLieApart) {
    Buffer<float> wide(40, 30);
    wide.fill(1e9f);
    Buffer<float> z = wide.cropped(0, 3, 31);
    z.translate(0, -3);
    z.copy_from(pairs(30, 31));
    expect_near(on_cpu(ntxent_cpu_for(8))->run(z, 0.5f), unscheduled(96)->run(pairs(30, 31), 0.5f),
                0.5f);
}

TEST(NtXentOpenCl, AgreesWithTheAlgorithm) {
    if (!has_device(Target::OpenCL)) {
        GTEST_SKIP() << "no OpenCL device";
    }
    agrees_at_every_size(*on_opencl({}), *unscheduled(NtXentGpu{}.block_rows));
}

TEST(NtXentOpenCl, AgreesWithOtherTunables) {
    if (!has_device(Target::OpenCL)) {
        GTEST_SKIP() << "no OpenCL device";
    }
    const NtXentGpu tuned{16, 2, 3, 1};
    const Buffer<float> z = pairs(130, 31);
    expect_near(on_opencl(tuned)->run(z, 0.5f), unscheduled(tuned.block_rows)->run(z, 0.5f), 0.5f);
}

TEST(NtXentOpenCl, TwoRunsHaveTheSameBits) {
    if (!has_device(Target::OpenCL)) {
        GTEST_SKIP() << "no OpenCL device";
    }
    const auto kernels = on_opencl({});
    const Buffer<float> z = pairs(254, 31);
    const Output first = kernels->run(z, 0.1f), second = kernels->run(z, 0.1f);
    expect_near(second.statistics, first.statistics, 0);
    expect_near(second.dz, first.dz, 0);
}

TEST(NtXentCuda, CompilesToPtx) {
    const auto kernels = on_cuda({});
    EXPECT_NO_THROW(kernels->saved.compile_to_module({kernels->z, kernels->inverse_temperature},
                                                     "ntxent_forward", kernels->target));
    EXPECT_NO_THROW(kernels->slope.compile_to_module(kernels->slope.infer_arguments(),
                                                     "ntxent_backward", kernels->target));
}

TEST(NtXentCuda, AgreesWithTheAlgorithm) {
    if (!has_device(Target::CUDA)) {
        GTEST_SKIP() << "no CUDA device";
    }
    agrees_at_every_size(*on_cuda({}), *unscheduled(NtXentGpu{}.block_rows));
}

TEST(NtXentSchedules, RefuseTunablesOutOfRange) {
    EXPECT_THROW(on_cpu({.block_rows = 40, .vector = 16}), std::invalid_argument);
    EXPECT_THROW(on_cpu({.register_rows = 7}), std::invalid_argument);
    EXPECT_THROW(on_cpu({.offsets = 0}), std::invalid_argument);
    EXPECT_THROW(on_opencl({.block_rows = 96}), std::invalid_argument);
    EXPECT_THROW(on_opencl({.register_rows = 1}), std::invalid_argument);
    EXPECT_THROW(on_cuda({.block_rows = 64}), std::invalid_argument);
    EXPECT_THROW(on_cuda({.register_columns = 0}), std::invalid_argument);
}

} // namespace
} // namespace haliclr::schedules
