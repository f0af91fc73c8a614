// Gradients of the compiled pairwise kernels, built in double, against central differences of their
// own losses.
#include <HalideBuffer.h>
#include <gtest/gtest.h>

#include <random>

#include "dsl/pairwise_limits.h"
#include "margin_triplet_backward_double.h"
#include "margin_triplet_forward_double.h"
#include "nt_logistic_backward_double.h"
#include "nt_logistic_forward_double.h"
#include "ntxent_backward_double.h"
#include "ntxent_forward_double.h"
#include "unit_rows_double.h"

namespace haliclr {
namespace {

using Rows = Halide::Runtime::Buffer<double, 2>;
using Column = Halide::Runtime::Buffer<double, 1>;

constexpr float inverse_temperature = 4, margin = 0.5f;

struct Loss {
    const char *name;
    decltype(&ntxent_forward_double) forward;
    decltype(&ntxent_backward_double) backward;
    bool semi_hard;
};

const Loss every_loss[] = {
    {"ntxent", ntxent_forward_double, ntxent_backward_double, false},
    {"nt_logistic", nt_logistic_forward_double, nt_logistic_backward_double, false},
    {"nt_logistic", nt_logistic_forward_double, nt_logistic_backward_double, true},
    {"margin_triplet", margin_triplet_forward_double, margin_triplet_backward_double, false},
    {"margin_triplet", margin_triplet_forward_double, margin_triplet_backward_double, true},
};

// One run of a loss over z: (D, M).
struct Passes {
    Rows unit, state;
    Column inverse_norms, statistics{3};
    double loss = 0;

    Passes(const Loss &of, Rows &z)
        : unit(dsl::unit_row_alignment, z.height()), state(z.height(), 3),
          inverse_norms(z.height()) {
        EXPECT_EQ(unit_rows_double(z, inverse_norms, unit), 0);
        EXPECT_EQ(of.forward(unit, inverse_temperature, margin, of.semi_hard, statistics, state),
                  0);
        loss = statistics(0);
    }
};

TEST(PairwiseDouble, GradientsAreTheSlopesOfTheLosses) {
    for (const Loss &loss : every_loss) {
        Rows z(5, 14), dz(5, 14);
        std::mt19937 bits(7);
        std::normal_distribution<double> normal;
        z.for_each_value([&](double &value) { value = normal(bits); });
        Passes at(loss, z);
        ASSERT_EQ(loss.backward(at.unit, inverse_temperature, margin, loss.semi_hard,
                                at.inverse_norms, at.state, 1.0f, dz),
                  0);
        constexpr double step = 1e-6;
        z.for_each_element([&](const int *index) {
            const double here = z(index);
            z(index) = here + step;
            const double above = Passes(loss, z).loss;
            z(index) = here - step;
            const double below = Passes(loss, z).loss;
            z(index) = here;
            EXPECT_NEAR(dz(index), (above - below) / (2 * step), 1e-8)
                << loss.name << " row " << index[1] << " column " << index[0];
        });
    }
}

} // namespace
} // namespace haliclr
