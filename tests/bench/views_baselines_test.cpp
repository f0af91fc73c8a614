// The views that ours are compared with: LibTorch's of a whole batch on the CPU, and on a GPU these
// and the hand-written kernels, against LibTorch's operators image by image.
#include "bench/cuda_baselines.h"
#include "bench/views_baseline.h"
#include "bench/views_batched.h"
#include "runtime/binding/cuda.h"
#include "runtime/ops/views.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace haliclr::bench {
namespace {

const char *const recipe = "crop(0.08, 1) | flip | jitter(0.8, 0.8, 0.8, 0.2)@0.8 | grey@0.2 | "
                           "blur(0.1, 2)@0.5";

// Images of noise, and draws of two views of each, on the CPU.
struct Inputs {
    at::Tensor images, bytes, table, draws;

    Inputs(int64_t count, int64_t height, int64_t width) {
        at::manual_seed(5);
        images = at::randint(256, {count, 3, height, width}, at::kByte);
        bytes = images.permute({0, 2, 3, 1}).contiguous().view(-1);
        const at::Tensor offsets =
            at::arange(count, at::kInt) * static_cast<int>(3 * height * width);
        table = at::stack({offsets, at::full({count}, height, at::kInt),
                           at::full({count}, width, at::kInt)},
                          1)
                    .contiguous();
        draws = runtime::view_draws(recipe, table, at::arange(count, at::kLong), 1, 0);
    }
};

double difference(const at::Tensor &views, const at::Tensor &expected) {
    return (views.cpu() - expected).abs().max().item<double>();
}

struct Sides {
    int64_t height, width, view;
};
// Images no larger than the views, larger ones, and views of several tiles.
const Sides all_sides[] = {{32, 32, 32}, {20, 31, 32}, {48, 40, 24}, {60, 90, 75}, {150, 140, 70}};

TEST(ViewsBaselines, ABatchEqualsItsImages) {
    for (const auto &[height, width, view] : all_sides) {
        const Inputs inputs(12, height, width);
        const at::Tensor expected = views_per_image(inputs.images, inputs.draws, view);
        EXPECT_LT(difference(views_batched(inputs.images, inputs.draws, view), expected), 1e-4)
            << height << " x " << width << " to " << view;
    }
}

TEST(ViewsBaselines, EqualOurs) {
    const Inputs inputs(12, 48, 40);
    const at::Tensor ours = runtime::views(recipe, inputs.bytes, inputs.table, inputs.draws, 32);
    EXPECT_LT(difference(ours, views_per_image(inputs.images, inputs.draws, 32)), 1e-4);
}

class CudaViewsBaselines : public testing::Test {
protected:
    void SetUp() override {
        if (!runtime::cuda_problem().empty()) {
            GTEST_SKIP() << runtime::cuda_problem();
        }
    }
};

TEST_F(CudaViewsBaselines, ABatchEqualsItsImages) {
    for (const auto &[height, width, view] : all_sides) {
        const Inputs inputs(12, height, width);
        const at::Tensor expected = views_per_image(inputs.images, inputs.draws, view);
        const at::Tensor views =
            views_batched(inputs.images.to(at::kCUDA), inputs.draws.to(at::kCUDA), view);
        EXPECT_LT(difference(views, expected), 1e-3) << height << " x " << width << " to " << view;
    }
}

TEST_F(CudaViewsBaselines, HandWrittenKernelsEqualTheImages) {
    if (!cuda_baselines_problem().empty()) {
        GTEST_SKIP() << cuda_baselines_problem();
    }
    for (const auto &[height, width, view] : all_sides) {
        const Inputs inputs(12, height, width);
        const at::Tensor expected = views_per_image(inputs.images, inputs.draws, view);
        const at::Tensor views = cuda_views(inputs.bytes.to(at::kCUDA), inputs.table.to(at::kCUDA),
                                            inputs.draws.to(at::kCUDA), view);
        EXPECT_LT(difference(views, expected), 1e-3) << height << " x " << width << " to " << view;
    }
}

} // namespace
} // namespace haliclr::bench
