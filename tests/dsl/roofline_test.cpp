// The roofline's algorithms, unscheduled, compute what their work is counted by.
#include "dsl/roofline.h"

#include <gtest/gtest.h>

namespace haliclr::dsl {
namespace {

using Halide::Buffer;

TEST(RooflineProducts, AddUpToTheStatedTotal) {
    Buffer<float> start(roofline_lanes, 2);
    start.fill(0);
    for (const TensorType type : {TensorType::tf32, TensorType::bf16}) {
        for (const int rounds : {1, 3}) {
            const TensorCore core{type, Lanes::spelled_out};
            RooflineProducts products(Halide::Func(start), rounds, core);
            products.factors.compute_root();
            products.product.compute_root();
            const Buffer<float> total = products.total.realize({roofline_lanes, 2});
            total.for_each_value([&](float value) {
                EXPECT_EQ(value, roofline_products_total(rounds, core.elements()));
            });
        }
    }
}

TEST(RooflineProducts, CountTwoAMultiplyAdd) {
    const TensorCore core{TensorType::bf16, Lanes::spelled_out};
    const double depth = core.words * core.elements();
    EXPECT_EQ(roofline_products_flop(1, 1, core.elements()),
              2 * core.rows * core.columns * depth * roofline_accumulators * roofline_steps);
}

} // namespace
} // namespace haliclr::dsl
