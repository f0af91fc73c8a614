// The hand-written views kernels, block by block on the CPU, against torchvision and loops in
// double.
#include "bench/cuda/views_block.h"
#include "tests/dsl/views_case.h"
#include "tests/dsl/views_golden.h"

#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <optional>
#include <vector>

namespace haliclr::bench::cuda {
namespace {

// The Block of views_tile.h whose threads run one after another, in either order.
class HostBlock {
public:
    HostBlock(int block, bool backwards)
        : block(block), backwards(backwards), threads(view_threads) {}

    int index() const { return block; }

    const ViewPlan &plan(const HaliclrViews &problem, int view) {
        return made.emplace(plan_of(problem, view));
    }

    template <typename Step>
    void each(const Step &step) {
        for (int i = 0; i < view_threads; ++i) {
            const int thread = backwards ? view_threads - 1 - i : i;
            step(thread, threads[thread]);
        }
    }

    void barrier() const {}

    template <typename Value>
    float sum(const Value &value) {
        float total = 0;
        each([&](int thread, ViewThread &own) { total += value(thread, own); });
        return total;
    }

private:
    int block;
    bool backwards;
    std::vector<ViewThread> threads;
    std::optional<ViewPlan> made;
};

// Memory that a kernel must write before it reads.
std::vector<float> unwritten(int64_t floats) {
    return std::vector<float>(floats, std::numeric_limits<float>::quiet_NaN());
}

void run(const HaliclrViews &problem, bool backwards) {
    const auto blocks = [&](int count, int floats, const auto &work) {
        for (int i = 0; i < count; ++i) {
            HostBlock block(i, backwards);
            std::vector<float> shared = unwritten(floats);
            work(block, problem, shared.data());
        }
    };
    const int blur = blur_floats(blur_radius_of(problem.size));
    if (problem.size <= view_tile) {
        blocks(problem.views, std::max(blur, chunk_floats), whole_view<HostBlock>);
        return;
    }
    const int tiles = problem.views * ViewGrid(problem.size).tiles;
    blocks(tiles, chunk_floats, first_of_tile<HostBlock>);
    blocks(tiles, blur, rest_of_tile<HostBlock>);
}

// [views, 3, size, size].
std::vector<float> views_of(const uint8_t *bytes, const int32_t *table, const float *draws,
                            int images, int views, int size, bool backwards = false) {
    const int64_t planes = int64_t{3} * views * size * size;
    std::vector<float> result = unwritten(planes);
    std::vector<float> workspace = unwritten(planes + int64_t{views} * ViewGrid(size).tiles);
    run({bytes, table, draws, images, views, size, result.data(), workspace.data()}, backwards);
    return result;
}

TEST(ViewsTile, EqualTorchvision) {
    const tests::GoldenFile golden = tests::read_golden("views_torchvision.txt");
    const auto stock = dsl::sequence_of(dsl::parse_recipe(dsl::stock_recipe));
    int compared = 0;
    for (const tests::GoldenCase &one : golden.cases) {
        if (!dsl::strengths_of(dsl::parse_recipe(one.recipe), stock)) {
            continue;
        }
        const tests::GoldenImage &image = golden.images.at(one.image);
        const int32_t table[] = {0, image.height, image.width};
        const std::vector<float> draws = tests::golden_draws(one, stock, image);
        const std::vector<float> view =
            views_of(image.bytes.data(), table, draws.data(), 1, 1, one.size);
        ASSERT_EQ(view.size(), one.values.size());
        EXPECT_LT(tests::golden_difference(one, view.data()), 1e-5) << one.name;
        ++compared;
    }
    EXPECT_GE(compared, 50);
}

class ViewsTileSize : public testing::TestWithParam<int> {};

// The order of threads between barriers must not matter.
TEST_P(ViewsTileSize, EqualsItsDefinition) {
    const int size = GetParam(), views = size > 100 ? 6 : 24;
    const tests::ImageBatch batch =
        size > 100 ? tests::random_images({{95, 41}, {260, 301}})
                   : tests::random_images({{1, 1}, {5, 3}, {28, 28}, {140, 97}});
    // Positions of up to 301 pixels are rounded to 3e-5, and neighbours differ by up to 1.
    const double tolerance = size > 100 ? 5e-5 : 1e-5;
    const auto draws = tests::random_draws(batch, views);
    const auto made = [&](bool backwards) {
        return views_of(batch.bytes.data(), batch.table.data(), draws.data(), batch.images(), views,
                        size, backwards);
    };
    const std::vector<float> values = made(false), again = made(true);
    size_t at = 0;
    for (int view = 0; view < views; ++view) {
        const tests::ReferenceView expected(batch, draws, view, size);
        double worst = 0;
        for (int channel = 0; channel < 3; ++channel) {
            for (int i = 0; i < size * size; ++i, ++at) {
                const double value = expected(i % size, i / size, channel);
                for (const float one : {values[at], again[at]}) {
                    const double error = std::abs(one - value);
                    worst = std::max(worst, std::isnan(error) ? INFINITY : error);
                }
            }
        }
        EXPECT_LT(worst, tolerance) << "view " << view;
    }
}

INSTANTIATE_TEST_SUITE_P(Sizes, ViewsTileSize,
                         testing::Values(1, 2, 7, 31, 32, 33, 40, 64, 75, 224, 256));

TEST(ViewsTile, OrdersOfJitterAreLexicographic) {
    std::array<unsigned, 4> steps{0, 1, 2, 3};
    for (int rank = 0; rank < 24; ++rank) {
        const unsigned order = jitter_order(rank);
        for (unsigned slot = 0; slot < 4; ++slot) {
            EXPECT_EQ(order >> 2 * slot & 3, steps[slot]) << rank;
        }
        std::next_permutation(steps.begin(), steps.end());
    }
}

} // namespace
} // namespace haliclr::bench::cuda
