// Each schedule of stripes against the algorithm with one loop nest a Func, at the same block size.
#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <stdexcept>

#include "schedules/stripes.h"
#include "tests/dsl/stripes_case.h"

namespace haliclr::schedules {
namespace {

using Halide::Buffer;
using Halide::Target;
using stripes_case::Algorithms;
using stripes_case::every_loss;
using stripes_case::Inputs;
using stripes_case::LossCase;
using stripes_case::Output;
using stripes_case::Place;
using stripes_case::places;

using Scheduled = std::unique_ptr<Algorithms>;

Scheduled unscheduled(const LossCase &loss, int block) {
    auto algorithms = std::make_unique<Algorithms>(loss, block);
    algorithms->one_loop_nest_each();
    return algorithms;
}

Scheduled on_cpu(const LossCase &loss, const StripesCpu &tuned) {
    auto algorithms = std::make_unique<Algorithms>(loss, tuned.block);
    stripe_sums_cpu(algorithms->sums, tuned);
    stripe_weights_cpu(algorithms->weights, tuned);
    stripe_rows_cpu(algorithms->finished, tuned);
    return algorithms;
}

Scheduled on_opencl(const LossCase &loss, const StripesGpu &tuned) {
    auto algorithms = std::make_unique<Algorithms>(loss, tuned.block);
    stripe_sums_opencl(algorithms->sums, tuned);
    stripe_weights_opencl(algorithms->weights, tuned);
    stripe_rows_opencl(algorithms->finished, tuned);
    algorithms->target.set_feature(Target::OpenCL);
    return algorithms;
}

Scheduled on_cuda(const LossCase &loss, const StripesGpu &tuned) {
    auto algorithms = std::make_unique<Algorithms>(loss, tuned.block);
    stripe_sums_cuda(algorithms->sums, tuned);
    stripe_weights_cuda(algorithms->weights, tuned);
    stripe_rows_cuda(algorithms->finished, tuned);
    algorithms->target.set_feature(Target::CUDA);
    algorithms->target.set_feature(Target::CUDACapability80);
    return algorithms;
}

// The end of the gradient.
struct Gradient {
    Halide::ImageParam product{Halide::Float(32), 2}, unit{Halide::Float(32), 2};
    Halide::ImageParam inverse_norms{Halide::Float(32), 1}, row_state{Halide::Float(32), 2};
    dsl::StripeGradient end;
    Target target = Halide::get_host_target();

    Gradient() : end(product, unit, inverse_norms, row_state, unit.height(), whole(), 0.3f) {
        for (Halide::ImageParam *input : {&product, &unit}) {
            input->dim(0).set_bounds(0, whole()).dim(1).set_min(0).set_stride(whole());
        }
        row_state.dim(0).set_min(0).dim(1).set_min(0);
    }

    Halide::Expr whole() const {
        constexpr int run = dsl::unit_row_alignment;
        return unit.width() / run * run;
    }

    Buffer<float> run(int rows, int columns) {
        const int width = stripes_case::whole_blocks(columns);
        Buffer<float> u(width, rows), p(width, rows), norms(rows), state(rows, 3);
        std::mt19937 bits(rows);
        std::normal_distribution<float> normal;
        for (Buffer<float> *input : {&u, &p, &norms, &state}) {
            input->for_each_value([&](float &value) { value = normal(bits); });
            input->set_host_dirty();
        }
        norms(0) = 1e12f; // a row below the least norm
        product.set(p);
        unit.set(u);
        inverse_norms.set(norms);
        row_state.set(state);
        Buffer<float> dz(columns, rows);
        end.dz.realize(dz, target);
        dz.copy_to_host();
        return dz;
    }
};

bool has_device(Target::Feature feature) {
    return Halide::host_supports_target_device(Halide::get_host_target().with_feature(feature));
}

void expect_near(const Buffer<float> &values, const Buffer<float> &expected, double relative) {
    expected.for_each_element([&](const int *at) {
        if (std::isinf(expected(at))) { // no negative
            ASSERT_EQ(values(at), expected(at)) << "at " << at[0];
        } else {
            ASSERT_NEAR(values(at), expected(at), relative * (1 + std::abs(expected(at))))
                << "at " << at[0];
        }
    });
}

void expect_near(const Output &out, const Output &expected, double relative) {
    expect_near(out.row_sums, expected.row_sums, relative);
    expect_near(out.column_sums, expected.column_sums, relative);
    expect_near(out.weights, expected.weights, relative);
    expect_near(out.statistics, expected.statistics, relative);
    expect_near(out.row_state, expected.row_state, relative);
}

void agrees_everywhere(Algorithms &scheduled, Algorithms &reference) {
    for (const Place &place : places) {
        SCOPED_TRACE(testing::Message() << place.rows << " x " << place.columns);
        const Inputs in = stripes_case::inputs_at(place);
        const Output expected = reference.run(place, in);
        expect_near(scheduled.run(place, in), expected, 5e-6);
        expect_near(scheduled.run(place, in, true).weights, expected.weights, 5e-6);
        if (testing::Test::HasFatalFailure()) {
            return;
        }
    }
}

void gradient_agrees(Gradient &scheduled) {
    Gradient reference;
    reference.end.unit_gradient.compute_root();
    reference.end.projection.compute_root();
    for (int rows : {2, 6, 70}) {
        for (int columns : {1, 31, 32, 130}) {
            expect_near(scheduled.run(rows, columns), reference.run(rows, columns), 2e-5);
        }
    }
}

class StripesCpuSchedule : public testing::TestWithParam<StripesCpu> {};

TEST_P(StripesCpuSchedule, AgreesWithTheAlgorithm) {
    for (const LossCase &loss : every_loss) {
        agrees_everywhere(*on_cpu(loss, GetParam()), *unscheduled(loss, GetParam().block));
    }
    Gradient gradient;
    stripe_gradient_cpu(gradient.end, GetParam());
    gradient_agrees(gradient);
}

INSTANTIATE_TEST_SUITE_P(, StripesCpuSchedule,
                         testing::Values(stripes_cpu_for(8), stripes_cpu_for(16),
                                         StripesCpu{32, 16, 3, 5}, StripesCpu{16, 4, 1, 1}));

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

TEST(StripesCpu, BitsDoNotDependOnTheThreads) {
    const auto parallel = on_cpu(every_loss[1], {}), serial = on_cpu(every_loss[1], {});
    for (Halide::Pipeline *pipeline : {&serial->both_sums, &serial->finish}) {
        pipeline->jit_handlers().custom_do_par_for = last_task_first;
    }
    const Place &place = places[7];
    const Inputs in = stripes_case::inputs_at(place);
    const Output first = parallel->run(place, in);
    expect_near(parallel->run(place, in), first, 0);
    expect_near(serial->run(place, in), first, 0);
}

TEST(StripesOpenCl, AgreesWithTheAlgorithm) {
    if (!has_device(Target::OpenCL)) {
        GTEST_SKIP() << "no OpenCL device";
    }
    for (const LossCase &loss : every_loss) {
        agrees_everywhere(*on_opencl(loss, {}), *unscheduled(loss, StripesGpu{}.block));
    }
    const StripesGpu tuned{16, 2, 32};
    agrees_everywhere(*on_opencl(every_loss[2], tuned), *unscheduled(every_loss[2], tuned.block));
    Gradient gradient;
    stripe_gradient_opencl(gradient.end, {});
    gradient.target.set_feature(Target::OpenCL);
    gradient_agrees(gradient);
}

TEST(StripesCuda, CompileToPtx) {
    for (const LossCase &loss : every_loss) {
        const auto algorithms = on_cuda(loss, {});
        for (Halide::Pipeline pipeline : {algorithms->both_sums, algorithms->finish,
                                          Halide::Pipeline(algorithms->weights.weights)}) {
            EXPECT_NO_THROW(pipeline.compile_to_module(pipeline.infer_arguments(), "stripes",
                                                       algorithms->target));
        }
    }
    Gradient gradient;
    stripe_gradient_cuda(gradient.end, {});
    gradient.target.set_feature(Target::CUDA);
    gradient.target.set_feature(Target::CUDACapability80);
    EXPECT_NO_THROW(gradient.end.dz.compile_to_module(gradient.end.dz.infer_arguments(), "gradient",
                                                      gradient.target));
}

TEST(StripesCuda, AgreesWithTheAlgorithm) {
    if (!has_device(Target::CUDA)) {
        GTEST_SKIP() << "no CUDA device";
    }
    for (const LossCase &loss : every_loss) {
        agrees_everywhere(*on_cuda(loss, {}), *unscheduled(loss, StripesGpu{}.block));
    }
    Gradient gradient;
    stripe_gradient_cuda(gradient.end, {});
    gradient.target.set_feature(Target::CUDA);
    gradient_agrees(gradient);
}

TEST(StripesSchedules, RefuseTunablesOutOfRange) {
    const LossCase &loss = every_loss[0];
    EXPECT_THROW(on_cpu(loss, {.block = 24}), std::invalid_argument);
    EXPECT_THROW(on_cpu(loss, {.vector = 5}), std::invalid_argument);
    EXPECT_THROW(on_cpu(loss, {.task_tiles = 0}), std::invalid_argument);
    EXPECT_THROW(on_cpu(loss, {.task_rows = 0}), std::invalid_argument);
    EXPECT_THROW(on_opencl(loss, {.block = 64}), std::invalid_argument);
    EXPECT_THROW(on_opencl(loss, {.square = 3}), std::invalid_argument);
    EXPECT_THROW(on_cuda(loss, {.square = 1}), std::invalid_argument);
    EXPECT_THROW(on_cuda(loss, {.threads = 0}), std::invalid_argument);
}

} // namespace
} // namespace haliclr::schedules
