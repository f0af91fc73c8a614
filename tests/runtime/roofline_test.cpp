// The roofline's kernels compute what their work is counted by.
#include "runtime/ops/roofline.h"

#include "dsl/roofline_limits.h"
#include "tests/runtime/backends.h"

#include <ATen/ATen.h>

#include <cmath>

namespace haliclr::runtime {
namespace {

class Roofline : public EveryBackend {};

TEST_P(Roofline, CopiesEveryElement) {
    RooflineWork work = RooflineWork::copy(device(), 3 * dsl::roofline_run);
    work.launch();
    work.launch();
    work.wait();
    EXPECT_EQ(work.finish().sum().item<float>(), 3.0f * dsl::roofline_run);
}

// In closed form, x after n steps is factor^n x + addend (1 - factor^n) / (1 - factor).
TEST_P(Roofline, RunsEveryStepOfEveryChain) {
    constexpr float factor = 0.999f, addend = 1e-3f;
    for (const int rounds : {1, 5}) {
        RooflineWork work =
            RooflineWork::multiply_adds(device(), dsl::roofline_run, rounds, factor, addend);
        work.launch();
        work.wait();
        const at::Tensor total = work.finish().cpu();
        const double left = std::pow(double{factor}, dsl::roofline_steps * rounds);
        double expected = 0;
        for (int chain = 0; chain < dsl::roofline_chains; ++chain) {
            expected += left * chain + addend * (1 - left) / (1 - double{factor});
        }
        EXPECT_NEAR(total.min().item<float>(), expected, 1e-5 * expected);
        EXPECT_NEAR(total.max().item<float>(), expected, 1e-5 * expected);
    }
}

TEST_P(Roofline, MultipliesInEveryAccumulator) {
    constexpr int64_t warps = 2 * dsl::roofline_warps;
    for (const char *type : {"tf32", "bf16"}) {
        if (backend() != "cuda") {
            EXPECT_REFUSED(RooflineWork::products(device(), type, warps, 1), "tensor cores");
            continue;
        }
        for (const int rounds : {1, 3}) {
            RooflineWork work = RooflineWork::products(device(), type, warps, rounds);
            work.launch();
            work.wait();
            const at::Tensor total = work.finish().cpu();
            const auto expected = static_cast<float>(
                dsl::roofline_products_total(rounds, dsl::roofline_word_elements(type)));
            EXPECT_EQ(total.min().item<float>(), expected) << type;
            EXPECT_EQ(total.max().item<float>(), expected) << type;
        }
    }
    EXPECT_REFUSED(RooflineWork::products(device(), "fp8", warps, 1), "'fp8'");
}

TEST_P(Roofline, RefusesACutRun) {
    RooflineWork work = RooflineWork::copy(device(), dsl::roofline_run + 1);
    EXPECT_REFUSED(work.launch(), "[roofline]");
}

INSTANTIATE_TEST_SUITE_P(Backends, Roofline, every_backend, backend_name);

} // namespace
} // namespace haliclr::runtime
