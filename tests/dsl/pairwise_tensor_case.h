// NT-Xent's passes on tensor cores with the intrinsics spelled out, and how far the rounding of the
// factors may take them from the passes of pairwise_case.h.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <memory>

#include "dsl/pairwise_tensor.h"
#include "tests/dsl/pairwise_case.h"

namespace haliclr {

inline dsl::PairwiseScalars tensor_scalars(const Halide::Expr &inverse_temperature,
                                           const Halide::Expr &rows, const dsl::TensorCore &core) {
    dsl::PairwiseScalars scalars{inverse_temperature, 0.0f, Halide::Expr(false), rows};
    scalars.exponential = [core](const Halide::Expr &x) { return core.exp(x); };
    return scalars;
}

// Members may be scheduled before run().
struct TensorPasses {
    Halide::ImageParam unit{Halide::Float(32), 2}, inverse_norms{Halide::Float(32), 1};
    Halide::ImageParam row_state{Halide::Float(32), 2};
    Halide::Param<float> inverse_temperature, gradient;
    dsl::TensorCore core;
    dsl::PairwiseSizes sizes;
    std::unique_ptr<dsl::PairwiseLoss> loss;
    dsl::TensorForward forward;
    dsl::TensorBackward backward;
    Halide::Pipeline ahead, back;
    Halide::Target target = Halide::get_host_target();

    TensorPasses(dsl::TensorType type, int block_rows, dsl::Lanes lanes = dsl::Lanes::spelled_out)
        : core{type, lanes}, sizes{unit.dim(1).extent(),
                                   unit.dim(0).extent() / dsl::unit_row_alignment *
                                       dsl::unit_row_alignment,
                                   block_rows},
          loss(dsl::make_pairwise_loss("ntxent",
                                       tensor_scalars(inverse_temperature, sizes.rows, core))),
          forward(unit, *loss, sizes, core),
          backward(unit, inverse_norms, row_state, *loss, sizes, gradient, core),
          ahead({forward.pairs.statistics, forward.pairs.row_state}), back(backward.dz) {
        unit.dim(0).set_bounds(0, sizes.columns).dim(1).set_min(0);
        row_state.dim(0).set_bounds(0, sizes.rows).dim(1).set_bounds(0, 3);
    }

    // dz has as many columns as z, whose rows are normalised in double.
    PairwiseOutput<float> run(const Halide::Buffer<float> &z, double temperature,
                              double scale = 1) {
        using Halide::Buffer;
        const int count = z.height(), run = dsl::unit_row_alignment;
        PairwiseOutput<float> out{Buffer<float>(3), Buffer<float>(count, 3), Buffer<float>(count),
                                  Buffer<float>(z.width(), count)};
        std::vector<double> norms;
        const reference::Matrix u = reference::unit_rows(matrix(z), norms);
        Buffer<float> units((z.width() + run - 1) / run * run, count);
        units.for_each_element(
            [&](int d, int i) { units(d, i) = d < z.width() ? float(u(i, d)) : 0.0f; });
        out.inverse_norms.for_each_element([&](int i) { out.inverse_norms(i) = float(norms[i]); });
        units.set_host_dirty();
        out.inverse_norms.set_host_dirty();
        unit.set(units);
        inverse_norms.set(out.inverse_norms);
        inverse_temperature.set(float(1 / temperature));
        gradient.set(float(scale));
        ahead.realize({out.statistics, out.row_state}, target);
        row_state.set(out.row_state);
        back.realize({out.dz}, target);
        for (Buffer<float> *buffer : {&out.statistics, &out.row_state, &out.dz}) {
            buffer->copy_to_host();
        }
        return out;
    }
};

// One loop nest a Func.
inline std::unique_ptr<TensorPasses> unscheduled_tensor(dsl::TensorType type, int block_rows) {
    auto passes = std::make_unique<TensorPasses>(type, block_rows);
    dsl::PairwiseForward &pairs = passes->forward.pairs;
    dsl::TensorBackward &back = passes->backward;
    for (dsl::TensorSimilarity *tensor : {&passes->forward.tensor, &back.tensor}) {
        for (Halide::Func *f : {&tensor->packed, &tensor->fragments, &tensor->run_product,
                                &tensor->product, &tensor->similarity}) {
            f->compute_root();
        }
    }
    for (Halide::Func *f :
         {&pairs.positive, &pairs.terms, &pairs.row_sums, &pairs.column_sums, &pairs.totals,
          &pairs.row_statistics, &back.state, &back.weight, &back.weights, &back.unit_fragments,
          &back.tile_product, &back.fragment_product, &back.unit_gradient, &back.projection}) {
        f->compute_root();
    }
    return passes;
}

// The largest relative error of rounding: tf32 has 10 bits of mantissa besides the leading 1,
// bf16 7.
inline double rounding_of(dsl::TensorType type) {
    return std::ldexp(1.0, type == dsl::TensorType::tf32 ? -11 : -8);
}

// A similarity of unit rows whose factors are rounded is off by at most twice their rounding, as
// the sum of |u_id u_jd| is at most 1; an exponent by that over the temperature, a logarithm of a
// sum of exponentials by no more.
inline double exponent_error(dsl::TensorType type, double temperature) {
    return 2 * rounding_of(type) / temperature;
}

inline double norm(const Halide::Buffer<float> &z) {
    double squares = 0;
    z.for_each_value([&](float value) { squares += double(value) * value; });
    return std::sqrt(squares);
}

// The gradient as a whole: a row's weights, which sum up to about 2/temperature, are off by the
// error of their exponents and their rounding, and the unit rows by theirs. relative: besides.
inline void expect_gradient(const PairwiseOutput<float> &out, const PairwiseOutput<float> &expected,
                            double relative, double temperature, double scale) {
    Halide::Buffer<float> difference = out.dz.copy();
    difference.for_each_element([&](const int *at) { difference(at) -= expected.dz(at); });
    const double weights = 2 / temperature * scale / out.dz.height();
    EXPECT_LE(norm(difference), relative * weights * norm(out.inverse_norms));
}

// Against the algorithm in float32.
inline void expect_within_rounding(const PairwiseOutput<float> &out,
                                   const PairwiseOutput<float> &expected, dsl::TensorType type,
                                   double temperature, double scale) {
    const double exponent = exponent_error(type, temperature) + 1e-5;
    EXPECT_NEAR(out.statistics(0), expected.statistics(0), exponent);
    // The entropy adds the mean exponent, of which each is off and each is weighted wrongly.
    EXPECT_NEAR(out.statistics(2), expected.statistics(2), exponent * (2 + 2 / temperature));
    for (int i = 0; i < out.row_state.width(); ++i) {
        ASSERT_NEAR(out.row_state(i, 0), expected.row_state(i, 0), 1e-6) << i;
        ASSERT_NEAR(out.row_state(i, 1) / expected.row_state(i, 1), 1, 1.1 * exponent) << i;
        ASSERT_NEAR(out.row_state(i, 2), expected.row_state(i, 2), 1e-5) << i;
    }
    expect_gradient(out, expected, 2 * exponent + 2 * rounding_of(type), temperature, scale);
}

} // namespace haliclr
