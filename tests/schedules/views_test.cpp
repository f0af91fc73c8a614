// Every schedule of the views against the unscheduled algorithm, with the size fixed and given at
// run time.
#include "schedules/views.h"
#include "schedules/views_gpu.h"

#include "tests/dsl/draws_case.h"
#include "tests/dsl/views_case.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <vector>

namespace {

using namespace haliclr;
using namespace haliclr::tests;
using Halide::Buffer;
using Halide::Expr;
using Halide::Target;

Buffer<float> run(dsl::Views &views, int size, int count, const Target &target) {
    Buffer<float> result(size, size, 3, count);
    views.views.realize(result, target);
    result.copy_to_host();
    return result;
}

struct Problem {
    const char *recipe = dsl::stock_recipe;
    std::vector<int> sizes = {32};
    bool fixed = false;          // to the first of sizes; else each is given at run time
    int count = 24;              // of views; a last block or task may be partly empty
    dsl::SourceSize source = {}; // of all images, where the kernel knows it
};

ImageBatch images_of(const Problem &problem) {
    const auto size = std::make_pair(problem.source.width, problem.source.height);
    return problem.source.is_known() ? random_images({size, size, size}) : mixed_images();
}

// Random draws of a sequence that is not the stock one: those of the draws algorithm.
Buffer<float> draws_of(const Problem &problem, const ImageBatch &batch) {
    if (problem.recipe == dsl::stock_recipe) {
        return random_draws(batch, problem.count);
    }
    DrawsInputs inputs = draws_inputs(problem.recipe, batch.images(), {1, 1});
    inputs.sequence = dsl::sequence_of(dsl::parse_recipe(problem.recipe));
    inputs.table = batch.table;
    const Buffer<float> some = naive_draws(inputs);
    Buffer<float> draws(some.dim(0).extent(), problem.count);
    draws.for_each_element([&](int column, int row) {
        draws(column, row) = some(column, row % (2 * batch.images()));
    });
    draws.set_host_dirty();
    return draws;
}

void expect_near(const Buffer<float> &result, const Buffer<float> &expected) {
    for (int v = 0; v < result.dim(3).extent(); v++) {
        double worst = 0;
        result.sliced(3, v).for_each_element([&](int x, int y, int c) {
            const double error = std::abs(result(x, y, c, v) - expected(x, y, c, v));
            worst = std::max(worst, std::isnan(error) ? INFINITY : error);
        });
        EXPECT_LT(worst, 1e-5) << "view " << v;
    }
}

// Compiled once for all sizes of the problem.
template <typename Schedule>
void expect_equal(const Problem &problem, const Target &target, dsl::SourceReading reading,
                  Schedule schedule) {
    const ImageBatch batch = images_of(problem);
    const Buffer<float> draws = draws_of(problem, batch);
    Halide::Param<int> run_time_size("run_time_size");
    const int fixed_size = problem.fixed ? problem.sizes.front() : 0;
    const Expr side = problem.fixed ? Expr(fixed_size) : Expr(run_time_size);
    dsl::Views naive = make_views(batch, draws, side, problem.recipe);
    compute_each_once(naive);
    dsl::Views views = make_views(batch, draws, side, problem.recipe, reading, problem.source);
    schedule(views, fixed_size);
    for (int size : problem.sizes) {
        SCOPED_TRACE(testing::Message() << problem.recipe << " at size " << size);
        run_time_size.set(size);
        expect_near(run(views, size, problem.count, target),
                    run(naive, size, problem.count, Halide::get_jit_target_from_environment()));
    }
}

void expect_equal_on_cpu(const Problem &problem, const schedules::ViewsCpu &tuned) {
    expect_equal(problem, Halide::get_jit_target_from_environment(), dsl::SourceReading::by_rows,
                 [&](dsl::Views &views, int fixed) { schedules::views_cpu(views, tuned, fixed); });
}

constexpr const char *simclr_recipe =
    "simclr: crop(0.08, 1) | flip | jitter(0.8, 0.8, 0.8, 0.2) | grey@0.2 | blur(0.1, 2)";
// Without operators that answer a rounding difference with a jump (equalize, solarize).
constexpr const char *study_recipe =
    "crop(0.08, 1, bicubic) | rotate | jitter(0.4, 0.4, 0.4, 0.1, additive, hsv) | blur(0.1, 2) | "
    "sobel@0.3 | flip | noise(0.1, 0.3)@0.5 | cutout(0.02, 0.33) | crop(0.2, 1) | "
    "normalize(cifar10)";

TEST(ViewsSchedules, CpuAtRunTimeSize) {
    expect_equal_on_cpu({.sizes = {1, 7, 28, 31, 32, 33, 41}}, {8, 2, false});
}

TEST(ViewsSchedules, CpuAtFixedSize) {
    for (int size : {7, 32, 33}) {
        for (int vector_width : {4, 16}) {
            expect_equal_on_cpu({.sizes = {size}, .fixed = true}, {vector_width, 3, false});
        }
    }
}

// Of a part of a group the bounds of its loop would not be found, and it would run 49,152 times a
// row.
TEST(ViewsSchedules, CpuReadsARowByWholeGroups) {
    for (const char *features : {"x86-64-linux-sse41", "x86-64-linux-avx-avx2-f16c-fma-sse41"}) {
        const ImageBatch batch = mixed_images();
        dsl::Views views = make_views(batch, neutral_draws(batch, 4), 32, dsl::stock_recipe,
                                      dsl::SourceReading::by_rows);
        const Target target(features);
        schedules::views_cpu(views, {target.natural_vector_size<float>(), 2, false}, 32);
        const std::string file = testing::TempDir() + "views.stmt";
        views.views.compile_to_lowered_stmt(file, {}, Halide::Text, target);
        std::ifstream text(file);
        const std::string statement(std::istreambuf_iterator<char>(text), {});
        EXPECT_NE(statement.find("for (source_row"), std::string::npos);
        EXPECT_EQ(statement.find("49152"), std::string::npos) << features;
        EXPECT_EQ(statement.find("24576"), std::string::npos) << features;
    }
}

TEST(ViewsSchedules, CpuOfOtherSequences) {
    expect_equal_on_cpu({.recipe = simclr_recipe, .sizes = {21}}, {8, 2, false});
    expect_equal_on_cpu({.recipe = study_recipe, .sizes = {21}}, {16, 1, false});
    expect_equal_on_cpu(
        {.recipe = "resize(12) | centre_crop(9) | normalize(imagenet)", .sizes = {9}},
        {8, 2, false});
}

TEST(ViewsSchedules, CpuOfKnownImageSize) {
    for (const dsl::SourceSize source :
         {dsl::SourceSize{1, 1}, {28, 28}, {17, 40}, {33, 5}, {35, 33}}) {
        for (const char *recipe : {dsl::stock_recipe, simclr_recipe}) {
            expect_equal_on_cpu({.recipe = recipe, .sizes = {31}, .fixed = true, .source = source},
                                {8, 2, false});
        }
    }
}

TEST(ViewsSchedules, CpuEqualizesAndSolarizes) {
    // Whole images at their own size: values that lie between the levels.
    const ImageBatch batch = random_images({{32, 32}, {32, 32}});
    const char *recipe = "crop(1, 1) | equalize | solarize(0.5)";
    Buffer<float> draws(6, 4);
    for (int v = 0; v < 4; v++) {
        const float row[] = {0, 0, 32, 32, 1, v % 2 ? 0.5f : 2.0f};
        std::copy(row, row + 6, &draws(0, v));
    }
    dsl::Views naive = make_views(batch, draws, 32, recipe);
    compute_each_once(naive);
    dsl::Views views = make_views(batch, draws, 32, recipe, dsl::SourceReading::by_rows);
    schedules::views_cpu(views, {}, 32);
    const Target target = Halide::get_jit_target_from_environment();
    const Buffer<float> expected = run(naive, 32, 4, target), result = run(views, 32, 4, target);
    result.for_each_element([&](int x, int y, int c, int v) {
        EXPECT_NEAR(result(x, y, c, v), expected(x, y, c, v), 1e-6);
    });
}

// A work-group of 32 items: the OpenCL compiler for CPUs takes seconds a kernel, longer for larger
// groups.
class ViewsOpencl : public testing::Test {
protected:
    const Target target = Halide::get_host_target().with_feature(Target::OpenCL);

    void SetUp() override {
        if (!Halide::host_supports_target_device(target)) {
            GTEST_SKIP() << "no OpenCL device";
        }
    }

    void expect_equal_on_opencl(const Problem &problem, const schedules::ViewsOpencl &tuned) {
        expect_equal(
            problem, target, dsl::SourceReading::by_values,
            [&](dsl::Views &views, int fixed) { schedules::views_opencl(views, tuned, fixed); });
    }
};

TEST_F(ViewsOpencl, StockAtFixedAndRunTimeSizes) {
    expect_equal_on_opencl({.fixed = true}, {32, 1});
    expect_equal_on_opencl({.sizes = {1, 31, 33}}, {16, 2});
}

TEST_F(ViewsOpencl, PartlyIdleWorkItems) {
    expect_equal_on_opencl({.sizes = {7}, .fixed = true, .count = 8}, {8, 2});
}

TEST_F(ViewsOpencl, KnownImageSize) {
    expect_equal_on_opencl({.sizes = {17}, .fixed = true, .source = {28, 40}}, {32, 1});
}

TEST_F(ViewsOpencl, OtherSequences) {
    expect_equal_on_opencl({.recipe = simclr_recipe, .sizes = {20}, .fixed = true}, {16, 2});
    expect_equal_on_opencl({.recipe = study_recipe, .sizes = {20}}, {16, 2});
}

// At any size, also where views_opencl would take a block a view.
class ViewsTiledBlur : public ViewsOpencl {
protected:
    void expect_equal_by_tiles(const std::string &recipe, const std::vector<int> &sizes, bool fixed,
                               const schedules::ViewsGpu &tuned) {
        expect_equal({recipe.c_str(), sizes, fixed, 8}, target, dsl::SourceReading::by_values,
                     [&](dsl::Views &views, int) {
                         schedules::views_gpu_images(views, tuned,
                                                     schedules::most_blur_bytes_opencl);
                     });
    }

    void expect_blur(const char *border, const std::vector<int> &sizes, bool fixed,
                     const schedules::ViewsGpu &tuned) {
        expect_equal_by_tiles(std::string("crop(1, 1) | blur(0.1, 2, ") + border + ")@0.5", sizes,
                              fixed, tuned);
    }
};

TEST_F(ViewsTiledBlur, OfFixedSizes) {
    for (int size : {1, 5, 13, 97}) {
        expect_blur("reflect", {size}, true, {8, 2, 2, 2});
    }
    for (int size : {7, 31}) {
        expect_blur("zero", {size}, true, {8, 2, 2, 5});
    }
}

// From 240 pixels on in more passes than one.
TEST_F(ViewsTiledBlur, OfRunTimeSizes) {
    expect_blur("reflect", {1, 7, 31, 301}, false, {16, 2, 3, 3});
    expect_blur("zero", {5, 97, 301}, false, {16, 2, 3, 4});
}

TEST_F(ViewsTiledBlur, OfLargeViews) {
    for (const char *border : {"reflect", "zero"}) {
        expect_blur(border, {224}, true, {32, 2, 4, 4});
    }
    // Taps of which a tile does not hold all.
    expect_blur("reflect", {421}, true, {64, 2, 2, 2});
}

// Where it is not wider than a group of taps, a thread reads pixel by pixel.
TEST_F(ViewsTiledBlur, OfNarrowTiles) {
    expect_blur("reflect", {97}, true, {2, 8, 1, 3});
}

// The views that are not blurred are stored without an image of their own.
TEST_F(ViewsTiledBlur, LeavesOthersToTheImageBefore) {
    const std::string recipe = "crop(1, 1) | jitter(0.4, 0.4, 0.4, 0.1)@0.8 | blur(0.1, 2)@0.5 | "
                               "grey@0.5 | cutout(0.02, 0.33) | normalize(cifar10)";
    expect_equal_by_tiles(recipe, {5, 31, 70}, false, {16, 2, 2, 3});
    expect_equal_by_tiles(recipe, {70}, true, {16, 2, 2, 3});
}

TEST(ViewsSchedules, Cuda) {
    const Target target =
        Halide::get_host_target().with_feature(Target::CUDA).with_feature(Target::CUDACapability80);
    if (!Halide::host_supports_target_device(target)) {
        GTEST_SKIP() << "no CUDA device";
    }
    const auto schedule = [](dsl::Views &views, int fixed_size) {
        schedules::views_cuda(views, {}, fixed_size);
    };
    const std::vector<int> sizes = {1, 7, 31, 32, 33};
    for (const char *recipe : {dsl::stock_recipe, simclr_recipe, study_recipe}) {
        expect_equal({.recipe = recipe, .sizes = sizes}, target, dsl::SourceReading::by_values,
                     schedule);
        for (int size : sizes) {
            expect_equal({.recipe = recipe, .sizes = {size}, .fixed = true}, target,
                         dsl::SourceReading::by_values, schedule);
        }
    }
}

TEST(ViewsSchedules, TunablesOutOfRangeAreRefused) {
    const ImageBatch batch = mixed_images();
    dsl::Views views = make_views(batch, neutral_draws(batch, 4), 32);
    EXPECT_THROW(schedules::views_cpu(views, {0, 4, false}, 32), std::invalid_argument);
    EXPECT_THROW(schedules::views_cpu(views, {8, 0, false}, 32), std::invalid_argument);
    EXPECT_THROW(schedules::views_cuda(views, {64, 32}, 32), std::invalid_argument);
    EXPECT_THROW(schedules::views_opencl(views, {0, 8}, 32), std::invalid_argument);
    EXPECT_THROW(schedules::views_opencl(views, {32, 8, 0}, 32), std::invalid_argument);
    EXPECT_THROW(schedules::views_opencl(views, {32, 8, 4, 65}, 32), std::invalid_argument);
    const Halide::Param<int> any_size("any_size");
    dsl::Views large = make_views(batch, neutral_draws(batch, 4), any_size);
    EXPECT_THROW(schedules::views_opencl(large, {64, 16}, 0), std::invalid_argument); // their tile
}

} // namespace
