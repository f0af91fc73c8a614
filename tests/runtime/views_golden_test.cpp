// The compiled views kernels of every back end against the libraries that define the conventions.
// The schedules take the cases that no compiled sequence carries
// (tests/schedules/views_golden_test.cpp).
#include "runtime/ops/view_kernels.h"
#include "runtime/ops/views.h"
#include "tests/dsl/views_golden.h"
#include "tests/runtime/backends.h"

#include <ATen/ATen.h>

namespace haliclr::runtime {
namespace {

using tests::GoldenCase;
using tests::GoldenImage;

at::Tensor view_of(const GoldenCase &one, const GoldenImage &image, at::Device device) {
    const auto pixels = static_cast<int64_t>(image.bytes.size());
    const at::Tensor bytes =
        at::from_blob(const_cast<uint8_t *>(image.bytes.data()), {pixels}, at::kByte).clone();
    const at::Tensor table = at::tensor({0, image.height, image.width}, at::kInt).view({1, 3});
    const std::vector<float> row =
        tests::golden_draws(one, carried(one.recipe).compiled->sequence, image);
    const at::Tensor draws = at::tensor(row).view({1, -1});
    return views(one.recipe, bytes.to(device), table.to(device), draws.to(device), one.size).cpu();
}

class ViewsGolden : public EveryBackend {
protected:
    void expect_equal(const std::string &file, int least_cases) {
        const tests::GoldenFile golden = tests::read_golden(file);
        int compared = 0;
        for (const GoldenCase &one : golden.cases) {
            if (!tests::is_carried_by_every_build(one.recipe)) {
                continue;
            }
            const at::Tensor view = view_of(one, golden.images.at(one.image), device());
            ASSERT_EQ(view.numel(), static_cast<int64_t>(one.values.size())) << one.name;
            EXPECT_LT(tests::golden_difference(one, view.const_data_ptr<float>()), 1e-5)
                << one.name << ": " << one.recipe;
            compared++;
        }
        EXPECT_GE(compared, least_cases);
    }
};

TEST_P(ViewsGolden, EqualTorchvisions) {
    expect_equal("views_torchvision.txt", 85);
}

TEST_P(ViewsGolden, EqualTheOriginalSimclr) {
    expect_equal("views_simclr.txt", 85);
}

INSTANTIATE_TEST_SUITE_P(Backends, ViewsGolden, every_backend, backend_name);

} // namespace
} // namespace haliclr::runtime
