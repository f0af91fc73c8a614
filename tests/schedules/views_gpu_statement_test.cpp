// What the GPU schedules of the views make of the algorithm: loops and memory.
#include "schedules/views.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <regex>

#include "tests/dsl/views_case.h"

namespace haliclr {
namespace {

using namespace tests;
using Halide::Expr;
using Halide::Target;

// Without its kernels, which are strings there, or with them. size 0: known at run time.
std::string statement(int size, const char *recipe, bool with_kernels,
                      const schedules::ViewsOpencl &tuned = {}) {
    const ImageBatch batch = mixed_images();
    Halide::Param<int> run_time_size("run_time_size");
    dsl::Views views = make_views(batch, neutral_draws(batch, 4),
                                  size > 0 ? Expr(size) : Expr(run_time_size), recipe);
    schedules::views_opencl(views, tuned, size);
    std::vector<Halide::Argument> arguments;
    if (size == 0) {
        arguments.push_back(run_time_size);
    }
    const std::string file = testing::TempDir() + "views_gpu.stmt";
    const Target target("x86-64-linux-opencl");
    if (with_kernels) {
        views.views.compile_to_conceptual_stmt(file, arguments, Halide::Text, target);
    } else {
        views.views.compile_to_lowered_stmt(file, arguments, Halide::Text, target);
    }
    std::ifstream text(file);
    return {std::istreambuf_iterator<char>(text), {}};
}

TEST(ViewsGpuStatement, RowSumsOfABlurStayInSharedMemory) {
    for (const int size : {224, 0}) {
        const std::string text = statement(size, dsl::stock_recipe, false);
        EXPECT_EQ(text.find("allocate blur_"), std::string::npos);
    }
}

// Halide would move what a thread holds of several columns to device memory, where it does not see
// how many they are.
TEST(ViewsGpuStatement, AViewOfOneBlockTakesNoDeviceMemory) {
    for (const char *recipe : {dsl::stock_recipe, "crop(0.2, 1, bicubic) | flip | sobel"}) {
        for (const schedules::ViewsOpencl &tuned : {schedules::ViewsOpencl{}, {16, 2}, {8, 32}}) {
            for (const int size : {9, 20, 32}) {
                const std::string text = statement(size, recipe, false, tuned);
                EXPECT_EQ(text.find("halide_device_malloc"), std::string::npos)
                    << recipe << " at " << size << " by " << tuned.threads_x;
            }
        }
    }
}

// How often a Func of this name is allocated; Halide numbers names that there have been before.
int allocations(const std::string &text, const std::string &name) {
    const std::regex allocation("allocate " +
                                std::regex_replace(name, std::regex("#"), "(\\$\\d+)?"));
    return static_cast<int>(
        std::distance(std::sregex_iterator(text.begin(), text.end(), allocation), {}));
}

// A pixel goes through the stages of an image in registers: device memory holds, by channel, the
// images that other pixels read, the jitter's first half and what is blurred.
TEST(ViewsGpuStatement, ImagesThatOtherPixelsReadAreKept) {
    for (const int size : {224, 0}) {
        const std::string text = statement(size, dsl::stock_recipe, false);
        EXPECT_EQ(allocations(text, "sampled#_global_wrapper"), 3);
        EXPECT_EQ(allocations(text, "padded#\\."), 3);
        for (const char *name : {"sampled#\\.", "contrasted#", "blurred#"}) {
            EXPECT_EQ(allocations(text, name), 0) << name;
        }
    }
}

// The tables of views, of columns and of rows take a launch each, a blur's weights, a mean and an
// image one, and one more the views that are not blurred.
TEST(ViewsGpuStatement, SmallTablesShareALaunch) {
    const auto launches = [](const std::string &text) {
        static const std::regex launch("halide_opencl_run\\(");
        return std::distance(std::sregex_iterator(text.begin(), text.end(), launch), {});
    };
    for (const int size : {224, 0}) {
        EXPECT_EQ(launches(statement(size, dsl::stock_recipe, false)), 9) << size;
    }
    EXPECT_EQ(launches(statement(20, dsl::stock_recipe, false)), 1);
}

// A reduction over as many taps as there may ever be ends with those that there are: a check inside
// its loop would keep the loop from being cut.
TEST(ViewsGpuStatement, NoLoopRunsOverAllTheTapsThatMayBe) {
    for (const char *recipe : {dsl::stock_recipe, "resize(64, bicubic) | crop(0.2, 1) | sobel"}) {
        for (const int size : {0, 32, 224}) {
            const std::string text = statement(size, recipe, true);
            static const std::regex loop("for [^\n]*, (\\d+)\\) \\{");
            for (std::sregex_iterator at(text.begin(), text.end(), loop), none; at != none; ++at) {
                EXPECT_LE(std::atoi(at->str(1).c_str()), 1024) << at->str() << " of " << recipe;
            }
            EXPECT_NE(text.find("for (filtered"), std::string::npos) << recipe << " at " << size;
        }
    }
}

} // namespace
} // namespace haliclr
