// Each schedule of the pairwise losses against the unscheduled algorithm (one loop nest a Func) at
// the same block size.
#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>

#include "schedules/pairwise.h"
#include "schedules/unit_rows.h"
#include "tests/dsl/pairwise_case.h"

namespace haliclr::schedules {
namespace {

using Halide::Buffer;
using Halide::Target;
using reference::Loss;
using Passes = PairwisePasses<float>;
using Output = PairwiseOutput<float>;

const Loss every_loss[] = {{"ntxent", 0.05}, {"nt_logistic", 0.5}, {"margin_triplet", 0.5}};

// In 16 bits NT-Xent alone: the others may count a negative or not for a last bit.
std::vector<Similarities> sources_of(const std::string &kind) {
    std::vector<Similarities> sources{Similarities::computed, Similarities::stored};
    if (kind == "ntxent") {
        sources.push_back(Similarities::stored_fixed);
    }
    return sources;
}

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

std::unique_ptr<Passes> on_cpu(const PairwiseCpu &tuned, const std::string &kind = "ntxent",
                               Similarities from = Similarities::computed) {
    auto passes = std::make_unique<Passes>(kind, tuned.block_rows, from, true);
    unit_rows_cpu(passes->rows, {});
    pairwise_tiles_cpu(passes->similarities, tuned);
    pairwise_forward_cpu(passes->forward, tuned);
    pairwise_backward_cpu(passes->backward, tuned);
    return passes;
}

std::unique_ptr<Passes> on_opencl(const PairwiseGpu &tuned, const std::string &kind = "ntxent",
                                  Similarities from = Similarities::computed) {
    auto passes = std::make_unique<Passes>(kind, tuned.block_rows, from);
    unit_rows_opencl(passes->rows, {});
    pairwise_tiles_opencl(passes->similarities, tuned);
    pairwise_forward_opencl(passes->forward, tuned);
    pairwise_backward_opencl(passes->backward, tuned);
    passes->target.set_feature(Target::OpenCL);
    return passes;
}

std::unique_ptr<Passes> on_cuda(const PairwiseGpu &tuned, const std::string &kind = "ntxent",
                                Similarities from = Similarities::computed) {
    auto passes = std::make_unique<Passes>(kind, tuned.block_rows, from);
    unit_rows_cuda(passes->rows, {});
    pairwise_tiles_cuda(passes->similarities, tuned);
    pairwise_forward_cuda(passes->forward, tuned);
    pairwise_backward_cuda(passes->backward, tuned);
    passes->target.set_feature(Target::CUDA);
    passes->target.set_feature(Target::CUDACapability80);
    return passes;
}

bool has_device(Target::Feature feature) {
    return Halide::host_supports_target_device(Halide::get_host_target().with_feature(feature));
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

// step: by which a similarity may differ besides its rounding.
void expect_near(const Output &out, const Output &expected, double temperature, double step = 0) {
    const double relative = 2e-6 + (5e-7 + step) / temperature;
    expect_near(out.statistics, expected.statistics,
                relative * std::max(1.0f, largest_entry(expected.statistics)));
    expect_near(out.inverse_norms, expected.inverse_norms,
                1e-6 * largest_entry(expected.inverse_norms));
    expect_near(out.row_state, expected.row_state,
                4 * relative * largest_entry(expected.row_state));
    // Where the terms of the gradient cancel, their rounding is left.
    const double cancelled =
        relative * largest_entry(expected.inverse_norms) / (temperature * out.dz.height());
    expect_near(out.dz, expected.dz, cancelled + (1e-5 + relative) * largest_entry(expected.dz));
}

// A last bit may round a similarity to the next step of 1/32767.
double step_of(const Passes &passes) {
    return passes.stored == Halide::Int(16) ? 1.0 / 32767 : 0;
}

void agrees_at_every_size(Passes &scheduled, Passes &reference, const Loss &loss) {
    for (int rows : {2, 6, 62, 64, 130, 192, 254, 256}) {
        for (int columns : {3, 31, 128, 130}) {
            SCOPED_TRACE(testing::Message()
                         << loss.kind << ", " << rows << " rows, " << columns << " columns");
            const Buffer<float> z = pairs(rows, columns, rows + columns);
            expect_near(scheduled.run(z, loss, 0.75), reference.run(z, loss, 0.75),
                        loss.temperature, step_of(scheduled));
            if (testing::Test::HasFatalFailure()) {
                return;
            }
        }
    }
}

class PairwiseCpuSchedule : public testing::TestWithParam<PairwiseCpu> {};

TEST_P(PairwiseCpuSchedule, AgreesWithTheAlgorithm) {
    for (Similarities from : sources_of("ntxent")) {
        agrees_at_every_size(*on_cpu(GetParam(), "ntxent", from),
                             *unscheduled("ntxent", GetParam().block_rows, from), every_loss[0]);
    }
}

INSTANTIATE_TEST_SUITE_P(, PairwiseCpuSchedule,
                         testing::Values(pairwise_cpu_for(4), pairwise_cpu_for(8),
                                         pairwise_cpu_for(16), PairwiseCpu{24, 8, 1, 3, 1, 3},
                                         PairwiseCpu{64, 8, 4, 4, 5, 1}));

TEST(PairwiseCpu, EveryLossAgreesWithTheAlgorithm) {
    const PairwiseCpu tuned = pairwise_cpu_for(8);
    for (const Loss &loss : every_loss) {
        for (Similarities from : sources_of(loss.kind)) {
            agrees_at_every_size(*on_cpu(tuned, loss.kind, from),
                                 *unscheduled(loss.kind, tuned.block_rows, from), loss);
        }
    }
}

TEST(PairwiseCpu, BitsDoNotDependOnTheThreads) {
    for (Similarities from : sources_of("ntxent")) {
        const auto parallel = on_cpu(pairwise_cpu_for(8), "ntxent", from);
        const auto serial = on_cpu(pairwise_cpu_for(8), "ntxent", from);
        for (Halide::Pipeline *pipeline :
             {&serial->normalise, &serial->store, &serial->ahead, &serial->back}) {
            pipeline->jit_handlers().custom_do_par_for = last_task_first;
        }
        const Buffer<float> z = pairs(1022, 33);
        const Output first = parallel->run(z, {"ntxent", 0.1});
        for (const Output &again :
             {parallel->run(z, {"ntxent", 0.1}), serial->run(z, {"ntxent", 0.1})}) {
            expect_near(again.statistics, first.statistics, 0);
            expect_near(again.row_state, first.row_state, 0);
            expect_near(again.dz, first.dz, 0);
        }
    }
}

TEST(PairwiseCpu, RowsMayLieApart) {
    Buffer<float> wide(40, 30);
    wide.fill(1e9f);
    Buffer<float> z = wide.cropped(0, 3, 31);
    z.translate(0, -3);
    z.copy_from(pairs(30, 31));
    expect_near(on_cpu(pairwise_cpu_for(8))->run(z, {}), unscheduled("ntxent", 48)->run(z, {}),
                0.5);
}

TEST(PairwiseOpenCl, EveryLossAgreesWithTheAlgorithm) {
    if (!has_device(Target::OpenCL)) {
        GTEST_SKIP() << "no OpenCL device";
    }
    for (const Loss &loss : every_loss) {
        for (Similarities from : sources_of(loss.kind)) {
            agrees_at_every_size(*on_opencl({}, loss.kind, from),
                                 *unscheduled(loss.kind, PairwiseGpu{}.block_rows, from), loss);
        }
    }
}

TEST(PairwiseOpenCl, AgreesWithOtherTunables) {
    if (!has_device(Target::OpenCL)) {
        GTEST_SKIP() << "no OpenCL device";
    }
    const PairwiseGpu tuned{16, 2, 2, 1, 3};
    const Buffer<float> z = pairs(130, 31);
    expect_near(on_opencl(tuned)->run(z, {}), unscheduled("ntxent", tuned.block_rows)->run(z, {}),
                0.5);
}

TEST(PairwiseOpenCl, TwoRunsHaveTheSameBits) {
    if (!has_device(Target::OpenCL)) {
        GTEST_SKIP() << "no OpenCL device";
    }
    const auto passes = on_opencl({});
    const Buffer<float> z = pairs(254, 31);
    const Output first = passes->run(z, {}), second = passes->run(z, {});
    expect_near(second.statistics, first.statistics, 0);
    expect_near(second.dz, first.dz, 0);
}

TEST(PairwiseCuda, CompilesToPtx) {
    for (const Loss &loss : every_loss) {
        for (Similarities from : sources_of(loss.kind)) {
            const auto passes = on_cuda({}, loss.kind, from);
            for (Halide::Pipeline *pipeline :
                 {&passes->normalise, &passes->store, &passes->ahead, &passes->back}) {
                EXPECT_NO_THROW(pipeline->compile_to_module(pipeline->infer_arguments(), "pairwise",
                                                            passes->target));
            }
        }
    }
}

TEST(PairwiseCuda, EveryLossAgreesWithTheAlgorithm) {
    if (!has_device(Target::CUDA)) {
        GTEST_SKIP() << "no CUDA device";
    }
    for (const Loss &loss : every_loss) {
        for (Similarities from : sources_of(loss.kind)) {
            agrees_at_every_size(*on_cuda({}, loss.kind, from),
                                 *unscheduled(loss.kind, PairwiseGpu{}.block_rows, from), loss);
        }
    }
}

TEST(PairwiseSchedules, RefuseTunablesOutOfRange) {
    EXPECT_THROW(on_cpu({.block_rows = 40, .vector = 16}), std::invalid_argument);
    EXPECT_THROW(on_cpu({.register_rows = 7}), std::invalid_argument);
    EXPECT_THROW(on_cpu({.register_vectors = 3}), std::invalid_argument);
    EXPECT_THROW(on_cpu({.sum_offsets = 0}), std::invalid_argument);
    EXPECT_THROW(on_opencl({.block_rows = 96}), std::invalid_argument);
    EXPECT_THROW(on_opencl({.register_rows = 1}), std::invalid_argument);
    EXPECT_THROW(on_cuda({.block_rows = 64}), std::invalid_argument);
    EXPECT_THROW(on_cuda({.register_columns = 0}), std::invalid_argument);
    EXPECT_THROW(on_cuda({.weight_offsets = 0}), std::invalid_argument);
}

} // namespace
} // namespace haliclr::schedules
